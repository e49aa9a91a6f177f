#include "zopo/data/twins.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "data/ngrams.h"
#include "zopo/data/normalize.h"

namespace zopo::data {
namespace {

constexpr double kViews = 2;  // words and characters, each of unit length

// One text's n-grams, the rarest first.
struct Row {
  struct Entry {
    std::uint32_t rank = 0;  // of the n-gram: 0 is the rarest of all
    double weight = 0;
    double rest = 0;  // the norm of this entry and all that follow
  };
  std::vector<Entry> entries;
  std::size_t prefix = 0;  // what follows these cannot make a twin by itself
};

// features -> rows whose n-grams are numbered by how many texts have them.
std::vector<Row> rare_first(const SparseRows& features) {
  std::vector<std::size_t> frequency(static_cast<std::size_t>(features.cols()), 0);
  for (Index i = 0; i < features.rows(); ++i) {
    for (SparseRows::InnerIterator entry(features, i); entry; ++entry)
      ++frequency[static_cast<std::size_t>(entry.col())];
  }
  std::vector<std::uint32_t> order(frequency.size()), rank(frequency.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return frequency[a] < frequency[b]; });
  for (std::uint32_t r = 0; r < order.size(); ++r) rank[order[r]] = r;
  std::vector<Row> rows(static_cast<std::size_t>(features.rows()));
  for (Index i = 0; i < features.rows(); ++i) {
    std::vector<Row::Entry>& entries = rows[static_cast<std::size_t>(i)].entries;
    for (SparseRows::InnerIterator entry(features, i); entry; ++entry)
      entries.push_back({rank[static_cast<std::size_t>(entry.col())], entry.value(), 0});
    std::sort(entries.begin(), entries.end(),
              [](const Row::Entry& a, const Row::Entry& b) { return a.rank < b.rank; });
  }
  return rows;
}

// The kept texts, found again by their rare n-grams. Two texts whose product reaches the threshold
// share one that is in the prefix of both, because without it Cauchy-Schwarz keeps them below.
class NearIndex {
 public:
  // similar: the least cosine.
  NearIndex(const SparseRows& features, double similar)
      : rows_(rare_first(features)),
        threshold_(similar * kViews - 1e-9),
        postings_(static_cast<std::size_t>(features.cols())),
        met_by_(rows_.size(), -1) {
    for (Row& row : rows_) {
      double squares = 0;
      for (std::size_t k = row.entries.size(); k-- > 0;) {
        squares += row.entries[k].weight * row.entries[k].weight;
        row.entries[k].rest = std::sqrt(squares);
      }
      // No row is longer than sqrt(kViews).
      while (row.prefix < row.entries.size() &&
             row.entries[row.prefix].rest * std::sqrt(kViews) >= threshold_)
        ++row.prefix;
    }
  }

  // The first kept row that is near row i, or -1.
  std::int64_t find(std::size_t i) {
    std::int64_t first = -1;
    for (std::size_t k = 0; k < rows_[i].prefix; ++k) {
      for (const std::uint32_t row : postings_[rows_[i].entries[k].rank]) {
        if (met_by_[row] == static_cast<std::int64_t>(i)) continue;
        met_by_[row] = static_cast<std::int64_t>(i);
        if ((first < 0 || row < first) && is_near(rows_[i], rows_[row])) first = row;
      }
    }
    return first;
  }

  void keep(std::size_t i) {
    for (std::size_t k = 0; k < rows_[i].prefix; ++k)
      postings_[rows_[i].entries[k].rank].push_back(static_cast<std::uint32_t>(i));
  }

 private:
  // The product of two rows, given up as soon as it cannot reach the threshold any more.
  bool is_near(const Row& a, const Row& b) const {
    double product = 0;
    std::size_t i = 0, j = 0;
    while (i < a.entries.size() && j < b.entries.size()) {
      const Row::Entry &x = a.entries[i], &y = b.entries[j];
      if (product + x.rest * y.rest < threshold_) return false;
      if (x.rank == y.rank) product += x.weight * y.weight;
      i += x.rank <= y.rank ? 1 : 0;
      j += y.rank <= x.rank ? 1 : 0;
    }
    return product >= threshold_;
  }

  std::vector<Row> rows_;
  double threshold_;
  std::vector<std::vector<std::uint32_t>> postings_;  // n-gram -> kept rows
  std::vector<std::int64_t> met_by_;                  // row -> the last row that looked at it
};

// Marks what equals an earlier text under key.
template <class Key>
void mark_equals(std::span<const std::string> texts,
                 Twin::Kind kind,
                 const Key& key,
                 std::vector<Twin>& twins) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (twins[i].kind != Twin::Kind::none) continue;
    const auto [entry, is_new] = first.try_emplace(key(texts[i]), i);
    if (!is_new) twins[i] = {kind, entry->second};
  }
}

void mark_near(std::span<const std::string> texts, double near, std::vector<Twin>& twins) {
  std::vector<std::size_t> open;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (twins[i].kind != Twin::Kind::none) continue;
    open.push_back(i);
    kept.push_back(texts[i]);
  }
  const TextFeatureOptions options{.word_ngrams = 2, .char_min = 3, .char_max = 4, .layout = false};
  NearIndex index(tfidf_ngrams(kept, options), near);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const std::int64_t twin = index.find(k);
    if (twin < 0) {
      index.keep(k);
    } else {
      twins[open[k]] = {Twin::Kind::near, open[static_cast<std::size_t>(twin)]};
    }
  }
}

}  // namespace

std::vector<Twin> find_twins(std::span<const std::string> texts, double near) {
  std::vector<Twin> twins(texts.size());
  mark_equals(
      texts, Twin::Kind::exact, [](const std::string& text) { return text; }, twins);
  mark_equals(texts, Twin::Kind::normalized,
              Normalizer(std::vector<std::string>{"case", "punctuation", "whitespace"}), twins);
  if (near < 1) mark_near(texts, near, twins);
  return twins;
}

}  // namespace zopo::data
