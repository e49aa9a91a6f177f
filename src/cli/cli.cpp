#include "zopo/cli/cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <system_error>

#include "cli/command_line.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
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

// What a command has said is on its way; only now may it be lost.
int checked_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  say_how_it_ended(kUsage, "the output could not be written to stdout", "");
  return code == kDone ? kUsage : code;
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    check_bytes(argc, argv);
    return checked_output(CommandLine().run(argc, argv));
  } catch (const Failure& failure) {
    fmt::print(stderr, "{}\n", redacted(failure.what()));
    say_how_it_ended(code_of(failure.error()), "nothing was changed", "");
    return code_of(failure.error());
  } catch (const std::system_error& error) {
    const bool is_output = std::ferror(stdout) != 0;
    const int code = is_output ? kUsage : kInternal;
    say_how_it_ended(code, (is_output ? "stdout: " : "internal error: ") + redacted(error.what()),
                     "");
    return code;
  } catch (const std::exception& error) {
    say_how_it_ended(kInternal, "internal error: " + redacted(error.what()), "");
    return kInternal;
  }
}

}  // namespace zopo::cli
