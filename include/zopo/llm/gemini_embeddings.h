#pragma once
// The wire format of Gemini's batchEmbedContents, as pure functions. Source: Gemini API reference,
// "models.batchEmbedContents".

#include <span>
#include <string>

#include "zopo/base/result.h"
#include "zopo/http/transport.h"
#include "zopo/llm/embedding_reply.h"

namespace zopo::llm {

std::string gemini_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts);

// As parse_openai_embeddings(); the API counts no tokens unless it sends "usageMetadata".
Result<EmbeddingReply> parse_gemini_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n);

}  // namespace zopo::llm
