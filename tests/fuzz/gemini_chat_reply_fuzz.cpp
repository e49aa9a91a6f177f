#include "tests/fuzz/chat_reply_fuzz.h"
#include "zopo/llm/gemini.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return zopo::llm::fuzz_chat_reply(zopo::llm::parse_gemini, data, size);
}
