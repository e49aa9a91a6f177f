// Bodies for Gemini's batchEmbedContents and its vectors. Called by way of embedding_format.cpp's
// table.

#include "zopo/llm/gemini_embeddings.h"

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/embedding_rows.h"
#include "llm/json_reading.h"
#include "zopo/llm/gemini.h"

namespace zopo::llm {

std::string gemini_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts) {
  Json requests = Json::array();
  for (const std::string& text : texts) {
    Json request = {{"model", gemini_resource(settings.model)},
                    {"content", {{"parts", Json::array({{{"text", text}}})}}}};
    if (settings.dimensions) request["outputDimensionality"] = *settings.dimensions;
    requests.push_back(std::move(request));
  }
  return canonical({{"requests", std::move(requests)}});
}

Result<EmbeddingReply> parse_gemini_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n) {
  return read_embeddings(body, [&](const Json& json, TakenOut taken) -> Result<EmbeddingReply> {
    if (std::optional<Error> error = api_error(status, headers, body, json)) return *error;
    Result<RowMatrixF> rows = rows_in_order(member(json, "embeddings"), n, "values", taken);
    if (!rows) return rows.error();
    Usage usage;
    usage.prompt_tokens = count_member(member(json, "usageMetadata"), "promptTokenCount");
    return EmbeddingReply{std::move(*rows), usage};
  });
}

}  // namespace zopo::llm
