// Opens a file of embeddings by its extension and checks number and values. Called by run and by
// zopo embed.

#include "zopo/data/embeddings.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "embeddings_text.h"
#include "mapped_file.h"
#include "records.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"

namespace zopo::data {
namespace {

template <class M>
std::shared_ptr<const M> shared(M matrix) {
  return std::make_shared<const M>(std::move(matrix));
}

Embeddings load_unchecked(const std::filesystem::path& file) {
  const std::string extension = lower_extension(file), name = file.string();
  if (extension == ".npy") {
    const auto mapped = std::make_shared<const MappedFile>(file);
    return embeddings_of_npy(mapped->bytes(), mapped, name);
  }
  if (extension == ".json") return embeddings_of_json(read_file(file), name);
  if (extension == ".csv") return embeddings_of_csv(read_file(file), name);
  bad_data(name, "unknown kind of embeddings file. Use .npy, .json or .csv.");
}

}  // namespace

Embeddings::Embeddings(std::shared_ptr<const void> owner, std::variant<Floats, Doubles> view)
    : owner_(std::move(owner)), view_(std::move(view)) {}

Embeddings Embeddings::from_matrix(RowMatrix z) {
  const auto owner = shared(std::move(z));
  return from_memory(owner, owner->data(), owner->rows(), owner->cols());
}

Embeddings Embeddings::from_matrix(RowMatrixF z) {
  const auto owner = shared(std::move(z));
  return from_memory(owner, owner->data(), owner->rows(), owner->cols());
}

Embeddings Embeddings::from_memory(std::shared_ptr<const void> owner,
                                   const float* data,
                                   Index m,
                                   Index d) {
  return {std::move(owner), Floats(data, m, d)};
}

Embeddings Embeddings::from_memory(std::shared_ptr<const void> owner,
                                   const double* data,
                                   Index m,
                                   Index d) {
  return {std::move(owner), Doubles(data, m, d)};
}

Index Embeddings::rows() const {
  return std::visit([](const auto& z) { return z.rows(); }, view_);
}

Index Embeddings::dim() const {
  return std::visit([](const auto& z) { return z.cols(); }, view_);
}

Vector Embeddings::row(Index i) const {
  return std::visit(
      [i](const auto& z) -> Vector { return z.row(i).transpose().template cast<double>(); }, view_);
}

void check_values(const Embeddings& embeddings, const std::string& name) {
  const auto check = [&](const auto& z) {
    for (Index i = 0; i < z.rows(); ++i) {
      const auto largest = z.row(i).cwiseAbs().template maxCoeff<Eigen::PropagateNaN>();
      if (!std::isfinite(largest)) {
        bad_data(name, fmt::format("row {} (counted from 0) holds NaN or an infinite value.", i));
      }
      if (largest == 0) {
        bad_data(name, fmt::format("row {} (counted from 0) is zero throughout, so it says nothing "
                                   "about its candidate. Embed it again.",
                                   i));
      }
    }
  };
  std::visit(check, embeddings.storage());
}

Embeddings load_embeddings(const std::filesystem::path& file, Index expected_rows) {
  Embeddings embeddings = load_unchecked(file);
  if (expected_rows >= 0 && embeddings.rows() != expected_rows) {
    bad_data(file.string(),
             fmt::format("holds {} rows, but there are {} candidates. Embed the candidates again.",
                         embeddings.rows(), expected_rows));
  }
  check_values(embeddings, file.string());
  return embeddings;
}

}  // namespace zopo::data
