#pragma once
// The wire format of OpenAI's embeddings and of everything compatible (llama.cpp, vLLM, Ollama,
// Azure, ..), as pure functions.

#include <span>
#include <string>

#include "zopo/base/result.h"
#include "zopo/http/transport.h"
#include "zopo/llm/embedding_reply.h"

namespace zopo::llm {

std::string openai_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts);

// n: the number of texts sent. Vectors as arrays or as base64 of little-endian floats; errors as
// parse_openai_chat(), and kind api when their number, indices or dimensions are wrong or a value
// is not finite.
Result<EmbeddingReply> parse_openai_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n);

}  // namespace zopo::llm
