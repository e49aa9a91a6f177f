#include "tests/fuzz/chat_reply_fuzz.h"
#include "zopo/llm/openai_responses.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return zopo::llm::fuzz_chat_reply(zopo::llm::parse_openai_responses, data, size);
}
