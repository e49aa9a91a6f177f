// Checks the vectors of a reply. Called by every provider of embeddings.

#include "llm/embedding_rows.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "llm/base64.h"
#include "llm/json_reading.h"
#include "llm/number_arrays.h"
#include "zopo/base/json.h"

namespace zopo::llm {
namespace {

static_assert(std::endian::native == std::endian::little, "floats are stored as they lie");

bool read_numbers(const Json& json, TakenOut taken, std::vector<float>& values) {
  if (taken && !json.empty() && json.front().is_number()) {
    values = (*taken)[json.front().get<std::size_t>()];
    return true;
  }
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

}  // namespace

Error unusable_embeddings(const std::string& what) {
  return {ErrorKind::api, "The embeddings reply is unusable: " + what + "."};
}

Result<EmbeddingReply> read_embeddings(
    const std::string& body,
    const std::function<Result<EmbeddingReply>(const Json&, TakenOut)>& read) {
  if (const std::optional<NumberArrays> numbers = take_number_arrays_out(body)) {
    const Json document = parse_json_of_others(numbers->rest);
    if (!document.is_discarded()) {
      Result<EmbeddingReply> reply = read(document, &numbers->arrays);
      if (reply) return reply;
    }
  }
  return read(parse_json(body), nullptr);
}

Result<std::vector<float>> read_vector(const Json& json, TakenOut taken) {
  std::vector<float> values;
  const bool readable = json.is_string() ? read_base64(json.get_ref<const std::string&>(), values)
                                         : json.is_array() && read_numbers(json, taken, values);
  if (!readable) return unusable_embeddings("a vector is neither numbers nor base64 of floats");
  if (values.empty()) return unusable_embeddings("a vector is empty");
  for (const float value : values) {
    if (!std::isfinite(value))
      return unusable_embeddings("a vector has a value that is not finite");
  }
  return values;
}

Result<RowMatrixF> rows_of(const std::vector<const Json*>& vectors, TakenOut taken) {
  RowMatrixF rows;
  const auto n = static_cast<Index>(vectors.size());
  for (Index i = 0; i < n; ++i) {
    const Result<std::vector<float>> values =
        read_vector(*vectors[static_cast<std::size_t>(i)], taken);
    if (!values) return values.error();
    const auto d = static_cast<Index>(values->size());
    if (i == 0) rows.resize(n, d);
    if (rows.cols() != d) {
      return unusable_embeddings(fmt::format("vectors have {} and {} dimensions", rows.cols(), d));
    }
    rows.row(i) = Eigen::Map<const Eigen::RowVectorXf>(values->data(), d);
  }
  return rows;
}

Result<RowMatrixF> rows_in_order(const Json& items, Index n, const char* key, TakenOut taken) {
  if (!items.is_array()) return Error{ErrorKind::network, "The reply has no embeddings."};
  if (static_cast<Index>(items.size()) != n) {
    return unusable_embeddings(fmt::format("{} vectors came for {} texts", items.size(), n));
  }
  std::vector<const Json*> vectors;
  for (const Json& item : items) vectors.push_back(key ? &member(item, key) : &item);
  return rows_of(vectors, taken);
}

}  // namespace zopo::llm
