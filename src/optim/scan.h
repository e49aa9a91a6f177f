#pragma once
// Scans over the embeddings in their raw storage, a block of rows at a time, and over chosen rows.

#include <algorithm>
#include <array>
#include <type_traits>
#include <variant>

#include "zopo/base/lanes.h"
#include "zopo/base/linalg.h"
#include "zopo/data/embeddings.h"

namespace zopo::optim {

// visit(data, m, d) with the raw pointer to the first of m rows of d floats or doubles.
template <class Visit>
void for_storage(const data::Embeddings& embeddings, Visit visit) {
  std::visit([&](const auto& z) { visit(z.data(), z.rows(), z.cols()); }, embeddings.storage());
}

// Addresses of up to a block of rows, with the ids they belong to.
template <class Scalar>
struct RowBlock {
  static constexpr Index kRows = 256;
  std::array<const Scalar*, kRows> rows;
  std::array<Index, kRows> ids;
  Index count = 0;

  void add(const Scalar* row, Index id) {
    rows[static_cast<std::size_t>(count)] = row;
    ids[static_cast<std::size_t>(count)] = id;
    ++count;
  }
  bool full() const { return count == kRows; }
};

// visit(block) for all rows whose id is wanted, in the order of their ids.
template <class Wanted, class Visit>
void for_blocks(const data::Embeddings& embeddings, Wanted wanted, Visit visit) {
  for_storage(embeddings, [&](const auto* data, Index m, Index d) {
    RowBlock<std::remove_cvref_t<decltype(*data)>> block;
    for (Index i = 0; i < m; ++i) {
      if (!wanted(i)) continue;
      block.add(data + i * d, i);
      if (!block.full()) continue;
      visit(block);
      block.count = 0;
    }
    if (block.count > 0) visit(block);
  });
}

constexpr auto every_row = [](Index) { return true; };

}  // namespace zopo::optim
