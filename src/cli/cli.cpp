#include "zopo/cli/cli.h"

#include <unistd.h>

#include <exception>

#include "cli/command_line.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "zopo/base/log.h"
#include "zopo/base/text.h"

namespace zopo::cli {

namespace {

// Names and texts become JSON, which is UTF-8.
void refuse_other_bytes(const std::string& what, const std::string& text) {
  if (is_valid_utf8(text)) return;
  throw Failure(ErrorKind::usage,
                what + " is not valid UTF-8: \"" + make_valid_utf8(text) +
                    "\". Give the text in UTF-8, or rename the file (convmv -f latin1 -t utf8).");
}

void check_bytes(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) refuse_other_bytes("Argument " + std::to_string(i), argv[i]);
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (text.starts_with("ZOPO_"))
      refuse_other_bytes("The variable " + make_valid_utf8(text.substr(0, text.find('='))), text);
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  settle_streams();
  int code = kInternal;
  try {
    check_bytes(argc, argv);
    code = CommandLine().run(argc, argv);
  } catch (const Failure& failure) {
    code = code_of(failure.error());
    say_what_failed(code, redacted(failure.what()));
  } catch (const std::exception& error) {
    say_what_failed(code, "internal error: " + redacted(error.what()));
  }
  return code_at_the_end(code);
}

}  // namespace zopo::cli
