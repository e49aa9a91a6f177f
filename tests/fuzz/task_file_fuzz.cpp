// A task file of any bytes: settings, or a Failure that names the file.

#include <cstdint>

#include "tests/fuzz/scratch_folder.h"
#include "zopo/base/error.h"
#include "zopo/settings/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file =
      zopo::fuzz::write_scratch("task.json", {reinterpret_cast<const char*>(data), size});
  try {
    const zopo::settings::Settings settings = zopo::settings::load_settings(file, {});
    if (settings.messages.empty()) __builtin_trap();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::config) __builtin_trap();
  }
  return 0;
}
