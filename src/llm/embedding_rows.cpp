// Checks the vectors of a reply. Called by every provider of embeddings.

#include "llm/embedding_rows.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "llm/base64.h"
#include "llm/json_reading.h"

namespace zopo::llm {
namespace {

static_assert(std::endian::native == std::endian::little, "floats are stored as they lie");

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

}  // namespace

Error unusable_embeddings(const std::string& what) {
  return {ErrorKind::api, "The embeddings reply is unusable: " + what + "."};
}

Result<std::vector<float>> read_vector(const Json& json) {
  std::vector<float> values;
  const bool readable = json.is_string() ? read_base64(json.get_ref<const std::string&>(), values)
                                         : json.is_array() && read_numbers(json, values);
  if (!readable) return unusable_embeddings("a vector is neither numbers nor base64 of floats");
  if (values.empty()) return unusable_embeddings("a vector is empty");
  for (const float value : values) {
    if (!std::isfinite(value))
      return unusable_embeddings("a vector has a value that is not finite");
  }
  return values;
}

Result<RowMatrixF> rows_of(const std::vector<const Json*>& vectors) {
  RowMatrixF rows;
  const auto n = static_cast<Index>(vectors.size());
  for (Index i = 0; i < n; ++i) {
    const Result<std::vector<float>> values = read_vector(*vectors[static_cast<std::size_t>(i)]);
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

Result<RowMatrixF> rows_in_order(const Json& items, Index n, const char* key) {
  if (!items.is_array()) return Error{ErrorKind::network, "The reply has no embeddings."};
  if (static_cast<Index>(items.size()) != n) {
    return unusable_embeddings(fmt::format("{} vectors came for {} texts", items.size(), n));
  }
  std::vector<const Json*> vectors;
  for (const Json& item : items) vectors.push_back(key ? &member(item, key) : &item);
  return rows_of(vectors);
}

}  // namespace zopo::llm
