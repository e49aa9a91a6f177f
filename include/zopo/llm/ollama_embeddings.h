#pragma once
// The wire format of Ollama's /api/embed, as pure functions; a command that embeds is asked and
// answers in it, too. Source: Ollama API reference, "Generate embeddings".

#include <span>
#include <string>

#include "zopo/base/result.h"
#include "zopo/http/transport.h"
#include "zopo/llm/embedding_reply.h"

namespace zopo::llm {

// A text that is too long for the model shall be an error, not an embedding of its beginning.
std::string ollama_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts);

// As parse_openai_embeddings().
Result<EmbeddingReply> parse_ollama_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n);

}  // namespace zopo::llm
