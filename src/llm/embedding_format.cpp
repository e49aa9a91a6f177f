// The table of providers of embeddings. Called by embedding_client.cpp.

#include "llm/embedding_format.h"

#include <fmt/core.h>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/llm/gemini.h"
#include "zopo/llm/gemini_embeddings.h"
#include "zopo/llm/ollama_embeddings.h"
#include "zopo/llm/openai_embeddings.h"

namespace zopo::llm {
namespace {

std::string openai_embedding_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/embeddings");
}

std::string azure_embedding_url(const EndpointSettings& endpoint, const std::string& model) {
  return azure_url(endpoint, model, "/embeddings");
}

std::string gemini_embedding_url(const EndpointSettings& endpoint, const std::string& model) {
  return endpoint_url(endpoint, "/" + gemini_resource(model) + ":batchEmbedContents");
}

std::string ollama_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/api/embed");
}

std::string exec_embedding_url(const EndpointSettings& endpoint, const std::string&) {
  return command_url(endpoint);
}

}  // namespace

const std::vector<EmbeddingFormat>& embedding_formats() {
  static const std::vector<EmbeddingFormat> formats = {
      {"openai", kOpenAi, kBearer, openai_embedding_url, openai_embedding_body,
       parse_openai_embeddings},
      {"azure", kAzure, kAzureKey, azure_embedding_url, openai_embedding_body,
       parse_openai_embeddings},
      {"gemini", kGemini, kGeminiKey, gemini_embedding_url, gemini_embedding_body,
       parse_gemini_embeddings},
      {"ollama",
       {"http://127.0.0.1:11434", "OLLAMA_API_KEY", ""},
       kBearer,
       ollama_url,
       ollama_embedding_body,
       parse_ollama_embeddings},
      {"exec", {}, kBearer, exec_embedding_url, ollama_embedding_body, parse_ollama_embeddings},
  };
  return formats;
}

const EmbeddingFormat& embedding_format(const std::string& provider) {
  std::vector<std::string> known;
  for (const EmbeddingFormat& format : embedding_formats()) {
    if (format.name == provider) return format;
    known.push_back(format.name);
  }
  throw Failure(ErrorKind::config,
                fmt::format("embeddings.provider \"{}\" is not known; known are: {}{}.", provider,
                            join(known, ", "), did_you_mean(provider, known)));
}

}  // namespace zopo::llm
