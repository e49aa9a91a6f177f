#include "zopo/cli/cli.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "cli/command_line.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "zopo/base/log.h"

namespace zopo::cli {

int run(int argc, const char* const* argv) {
  try {
    return CommandLine().run(argc, argv);
  } catch (const Failure& failure) {
    fmt::print(stderr, "{}\n", redacted(failure.what()));
    say_how_it_ended(code_of(failure.error()), "nothing was changed", "");
    return code_of(failure.error());
  } catch (const std::exception& error) {
    say_how_it_ended(kInternal, "internal error: " + redacted(error.what()), "");
    return kInternal;
  }
}

}  // namespace zopo::cli
