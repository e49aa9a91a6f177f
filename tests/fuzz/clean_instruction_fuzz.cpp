// A reply of any bytes: every instruction taken out of it is one line of valid UTF-8, not too long,
// and there is a reason where there is none.

#include <cstdint>

#include "zopo/base/text.h"
#include "zopo/task/clean_instruction.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zopo::task;
  if (size == 0) return 0;
  const std::string_view reply(reinterpret_cast<const char*>(data) + 1, size - 1);
  const CleanedReply cleaned = clean_instruction(reply, data[0] % 2 == 1);
  if (cleaned.instructions.empty() != cleaned.why.has_value()) __builtin_trap();
  for (const std::string& instruction : cleaned.instructions) {
    const bool good = !instruction.empty() && instruction.size() <= kLongestInstruction &&
                      instruction.find('\n') == std::string::npos &&
                      zopo::is_valid_utf8(instruction);
    if (!good) __builtin_trap();
  }
  return 0;
}
