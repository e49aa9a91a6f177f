// The line that a command answers with.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "zopo/llm/exec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(reinterpret_cast<const char*>(data), size);
  const zopo::llm::ChatReply reply = zopo::llm::parse_exec_chat(200, {}, line);
  const bool is_error = reply.state == zopo::llm::ReplyState::error;
  if (is_error == reply.error.message.empty()) std::abort();
  if (reply.state == zopo::llm::ReplyState::ok && reply.text.empty()) std::abort();
  return 0;
}
