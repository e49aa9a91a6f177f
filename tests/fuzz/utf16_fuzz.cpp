// Files of any bytes: those with UTF-16's mark become valid UTF-8, others stay.

#include <cstdint>
#include <string>

#include "data/utf16.h"
#include "zopo/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = zopo::data::utf8_of_file(bytes);
  const bool marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  if (marked && !zopo::is_valid_utf8(text)) __builtin_trap();
  return 0;
}
