#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "llm/api_error.h"
#include "llm/base64.h"
#include "llm/json_reading.h"
#include "llm/openai_usage.h"
#include "zopo/llm/openai_embedder.h"

namespace zopo::llm {
namespace {

static_assert(std::endian::native == std::endian::little, "floats are stored as they lie");

Error wrong(const std::string& what) {
  return {ErrorKind::api, "The embeddings reply is unusable: " + what + "."};
}

bool read_numbers(const Json& json, std::vector<float>& values) {
  for (const Json& value : json) {
    if (!value.is_number()) return false;
    values.push_back(value.get<float>());
  }
  return true;
}

bool read_base64(const std::string& text, std::vector<float>& values) {
  const std::optional<std::string> bytes = base64_decoded(text);
  if (!bytes || bytes->size() % sizeof(float) != 0) return false;
  values.resize(bytes->size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
  return true;
}

Result<std::vector<float>> read_vector(const Json& item) {
  const Json& embedding = member(item, "embedding");
  std::vector<float> values;
  const bool readable = embedding.is_string()
                            ? read_base64(embedding.get_ref<const std::string&>(), values)
                            : embedding.is_array() && read_numbers(embedding, values);
  if (!readable) return wrong("a vector is neither numbers nor base64 of floats");
  if (values.empty()) return wrong("a vector is empty");
  for (const float value : values) {
    if (!std::isfinite(value)) return wrong("a vector has a value that is not finite");
  }
  return values;
}

// The row that item belongs to; its position where it does not say.
Result<Index> row_of(const Json& item, Index position, Index n) {
  const Json& index = member(item, "index");
  if (index.is_null()) return position;
  const Index row = index.is_number_integer() ? index.get<Index>() : Index{-1};
  if (row >= 0 && row < n) return row;
  return wrong(fmt::format("it has an index outside 0 to {}", n - 1));
}

Result<RowMatrixF> read_rows(const Json& data, Index n) {
  RowMatrixF rows;
  std::vector<bool> seen(static_cast<std::size_t>(n), false);
  for (Index i = 0; i < n; ++i) {
    const Json& item = data[static_cast<std::size_t>(i)];
    const Result<Index> row = row_of(item, i, n);
    if (!row) return row.error();
    const Result<std::vector<float>> values = read_vector(item);
    if (!values) return values.error();
    const auto d = static_cast<Index>(values->size());
    if (i == 0) rows.resize(n, d);
    if (rows.cols() != d) {
      return wrong(fmt::format("vectors have {} and {} dimensions", rows.cols(), d));
    }
    if (seen[static_cast<std::size_t>(*row)]) return wrong("an index occurs twice");
    seen[static_cast<std::size_t>(*row)] = true;
    rows.row(*row) = Eigen::Map<const Eigen::RowVectorXf>(values->data(), d);
  }
  return rows;
}

}  // namespace

std::string openai_embedding_body(const EmbedderSettings& settings,
                                  std::span<const std::string> texts) {
  Json body = {{"model", settings.model}, {"input", Json::array()}};
  for (const std::string& text : texts) body["input"].push_back(text);
  if (settings.dimensions) body["dimensions"] = *settings.dimensions;
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<EmbeddingReply> parse_openai_embeddings(int status,
                                               const http::Headers& headers,
                                               const std::string& body,
                                               Index n) {
  const Json json = parse_json(body);
  if (std::optional<Error> error = api_error(status, headers, body, json)) return *error;
  const Json& data = member(json, "data");
  if (!data.is_array()) {
    return Error{ErrorKind::network, "The embeddings reply has no data: " + quoted(body)};
  }
  if (static_cast<Index>(data.size()) != n) {
    return wrong(fmt::format("{} vectors came for {} texts", data.size(), n));
  }
  Result<RowMatrixF> rows = read_rows(data, n);
  if (!rows) return rows.error();
  return EmbeddingReply{std::move(*rows), openai_usage(member(json, "usage"))};
}

}  // namespace zopo::llm
