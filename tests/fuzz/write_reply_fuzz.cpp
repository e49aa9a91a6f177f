// The reply of a model that writes, any bytes: at most so many prompts come out of it, each stands
// in the reply as it is, and what comes out of the same again is the same.

#include <cstdint>
#include <string_view>

#include "zopo/write/reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zopo::write;
  if (size == 0) return 0;
  const std::string_view reply(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ReplyForm form{"prompt", 1 + static_cast<std::size_t>(data[0] / 2 % 4), data[0] % 2 == 1};
  const std::vector<std::string> prompts = prompts_in(reply, form);
  if (prompts.size() > form.most) __builtin_trap();
  for (const std::string& prompt : prompts)
    if (reply.find(prompt) == reply.npos) __builtin_trap();
  if (prompts_in(reply, form) != prompts) __builtin_trap();
  return 0;
}
