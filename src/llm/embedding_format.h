#pragma once
// One provider's embeddings as pure functions, and the table of them all. A new provider is one
// file with these functions and one line in that table.

#include <span>
#include <string>
#include <vector>

#include "llm/credentials.h"
#include "zopo/base/result.h"
#include "zopo/http/transport.h"
#include "zopo/llm/embedding_reply.h"
#include "zopo/llm/endpoint.h"

namespace zopo::llm {

struct EmbeddingFormat {
  std::string name;
  EndpointDefaults defaults;
  KeyHeader key_header;
  std::string (*url)(const EndpointSettings& endpoint, const std::string& model);
  // Canonical: equal requests give equal bytes.
  std::string (*body)(const EmbeddingSettings& settings, std::span<const std::string> texts);
  // In the sense of parse_openai_embeddings().
  Result<EmbeddingReply> (*parse)(int status,
                                  const http::Headers& headers,
                                  const std::string& body,
                                  Index n);
};

const std::vector<EmbeddingFormat>& embedding_formats();
// Throws Failure{config}, naming those that there are.
const EmbeddingFormat& embedding_format(const std::string& provider);

}  // namespace zopo::llm
