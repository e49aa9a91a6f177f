#include "zopo/cli/cli.h"

#include <exception>

#include "cli/command_line.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "zopo/base/log.h"

namespace zopo::cli {

int run(int argc, const char* const* argv) {
  settle_streams();
  int code = kInternal;
  try {
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
