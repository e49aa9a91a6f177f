// Bodies for OpenAI's embeddings and its vectors. Called by way of embedding_format.cpp's table.

#include "zopo/llm/openai_embeddings.h"

#include <fmt/core.h>

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/embedding_rows.h"
#include "llm/json_reading.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

// The row that item belongs to; its position where it does not say.
Result<Index> row_of(const Json& item, Index position, Index n) {
  const Json& index = member(item, "index");
  if (index.is_null()) return position;
  const Index row = index.is_number_integer() ? index.get<Index>() : Index{-1};
  if (row >= 0 && row < n) return row;
  return unusable_embeddings(fmt::format("it has an index outside 0 to {}", n - 1));
}

// data has n items.
Result<RowMatrixF> read_rows(const Json& data, Index n, TakenOut taken) {
  std::vector<const Json*> vectors(static_cast<std::size_t>(n), nullptr);
  for (Index i = 0; i < n; ++i) {
    const Json& item = data[static_cast<std::size_t>(i)];
    const Result<Index> row = row_of(item, i, n);
    if (!row) return row.error();
    const Json*& vector = vectors[static_cast<std::size_t>(*row)];
    if (vector) return unusable_embeddings("an index occurs twice");
    vector = &member(item, "embedding");
  }
  return rows_of(vectors, taken);
}

}  // namespace

std::string openai_embedding_body(const EmbeddingSettings& settings,
                                  std::span<const std::string> texts) {
  Json body = {{"model", settings.model}, {"input", Json::array()}};
  for (const std::string& text : texts) body["input"].push_back(text);
  if (settings.dimensions) body["dimensions"] = *settings.dimensions;
  return canonical(body);
}

Result<EmbeddingReply> parse_openai_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n) {
  return read_embeddings(body, [&](const Json& json, TakenOut taken) -> Result<EmbeddingReply> {
    if (std::optional<Error> error = api_error(status, headers, body, json)) return *error;
    const Json& data = member(json, "data");
    if (!data.is_array()) {
      return Error{ErrorKind::network, "The embeddings reply has no data: " + quoted(body)};
    }
    if (static_cast<Index>(data.size()) != n) {
      return unusable_embeddings(fmt::format("{} vectors came for {} texts", data.size(), n));
    }
    Result<RowMatrixF> rows = read_rows(data, n, taken);
    if (!rows) return rows.error();
    return EmbeddingReply{std::move(*rows), openai_usage(member(json, "usage")),
                          text_member(json, "model")};
  });
}

}  // namespace zopo::llm
