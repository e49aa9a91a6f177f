// Bodies for Ollama's /api/embed and its vectors. Called by way of embedding_format.cpp's table.

#include "zopo/llm/ollama_embeddings.h"

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/embedding_rows.h"
#include "llm/json_reading.h"

namespace zopo::llm {

std::string ollama_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts) {
  Json body = {{"model", settings.model}, {"input", Json::array()}, {"truncate", false}};
  for (const std::string& text : texts) body["input"].push_back(text);
  if (settings.dimensions) body["dimensions"] = *settings.dimensions;
  return canonical(body);
}

Result<EmbeddingReply> parse_ollama_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n) {
  return read_embeddings(body, [&](const Json& json, TakenOut taken) -> Result<EmbeddingReply> {
    if (std::optional<Error> error = api_error(status, headers, body, json)) return *error;
    Result<RowMatrixF> rows = rows_in_order(member(json, "embeddings"), n, nullptr, taken);
    if (!rows) return rows.error();
    Usage usage;
    usage.prompt_tokens = count_member(json, "prompt_eval_count");
    return EmbeddingReply{std::move(*rows), usage, text_member(json, "model")};
  });
}

}  // namespace zopo::llm
