// Any pattern of JavaScript's becomes one of RE2's, or is refused.

#include <cstdint>
#include <string_view>

#include "data/js_pattern.h"
#include "zopo/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    if (zopo::data::re2_of_js_pattern(text).empty() != text.empty()) __builtin_trap();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::data) __builtin_trap();
  }
  return 0;
}
