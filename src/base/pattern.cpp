// Compiles the user's regular expressions. Called by score, and by data for promptfoo's files.

#include "zopo/base/pattern.h"

#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo {

std::shared_ptr<const re2::RE2> compile_pattern(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!compiled->ok()) {
    throw Failure(ErrorKind::config,
                  "The regular expression \"" + make_valid_utf8(pattern) +
                      "\" does not compile: " + make_valid_utf8(compiled->error()) +
                      ". The syntax is that of RE2, without look-around and "
                      "back-references.");
  }
  return compiled;
}

}  // namespace zopo
