// Replies of an embeddings endpoint: the first byte is the number of texts, the rest is the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "zopo/llm/gemini_embeddings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const zopo::Index n = data[0] % 8;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto reply = zopo::llm::parse_gemini_embeddings(200, {}, body, n);
  if (!reply) return reply.error().message.empty() ? (std::abort(), 0) : 0;
  if (reply->vectors.rows() != n || !reply->vectors.allFinite()) std::abort();
  return 0;
}
