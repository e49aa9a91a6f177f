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
// share one that is in the prefix of both, because without it Cauchy-Schwarz keeps them below. The
// n-grams that two prefixes share are added up on the way; what the others can add at most is
// bounded in the same way, and nearly all pairs end there (Anastasiu and Karypis, "L2AP: fast
// cosine similarity search with prefix L-2 norm bounds", ICDE 2014).
class NearIndex {
 public:
  // similar: the least cosine.
  NearIndex(const SparseRows& features, double similar)
      : rows_(rare_first(features)),
        threshold_(similar * kViews - 1e-9),
        postings_(static_cast<std::size_t>(features.cols())),
        shared_(rows_.size(), 0) {
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
    set_marks();
  }

  // The first kept row that is near row i, or -1.
  std::int64_t find(std::size_t i) {
    add_up_shared(i);
    std::int64_t first = -1;
    for (const std::uint32_t row : met_) {
      const bool is_earlier = first < 0 || row < first;
      if (is_earlier && may_be_near(i, row) && is_near(rows_[i], rows_[row])) first = row;
    }
    for (const std::uint32_t row : met_) shared_[row] = 0;
    met_.clear();
    return first;
  }

  void keep(std::size_t i) {
    for (std::size_t k = 0; k < rows_[i].prefix; ++k) {
      const Row::Entry& entry = rows_[i].entries[k];
      postings_[entry.rank].push_back(
          {static_cast<std::uint32_t>(i), static_cast<float>(entry.weight)});
    }
  }

 private:
  static constexpr std::size_t kMarks = 64;
  static constexpr float kRounding = 1e-4F;  // of the floats below, generously
  struct Posting {
    std::uint32_t row = 0;
    float weight = 0;
  };

  // The rank at which the prefix of a row ends.
  std::uint32_t end_of_prefix(const Row& row) const {
    return row.prefix < row.entries.size() ? row.entries[row.prefix].rank
                                           : static_cast<std::uint32_t>(postings_.size());
  }

  // Marks are ranks spread as the ends of the prefixes are; for each row the last mark before its
  // end, and the norms of what is not before each mark.
  void set_marks() {
    std::vector<std::uint32_t> ends;
    for (const Row& row : rows_) ends.push_back(end_of_prefix(row));
    std::sort(ends.begin(), ends.end());
    std::vector<std::uint32_t> marks = {0};
    for (std::size_t k = 1; k < kMarks && !ends.empty(); ++k)
      marks.push_back(ends[k * ends.size() / kMarks]);
    for (const Row& row : rows_) {
      const auto after = std::upper_bound(marks.begin(), marks.end(), end_of_prefix(row));
      last_mark_.push_back(static_cast<std::uint8_t>(after - marks.begin() - 1));
      auto entry = row.entries.begin();
      for (const std::uint32_t mark : marks) {
        while (entry != row.entries.end() && entry->rank < mark) ++entry;
        rests_.push_back(entry == row.entries.end() ? 0 : static_cast<float>(entry->rest));
      }
    }
  }

  // shared_: the product over what stands in both prefixes; met_: where there is any.
  void add_up_shared(std::size_t i) {
    for (std::size_t k = 0; k < rows_[i].prefix; ++k) {
      const auto weight = static_cast<float>(rows_[i].entries[k].weight);
      for (const Posting& posting : postings_[rows_[i].entries[k].rank]) {
        float& sum = shared_[posting.row];
        if (sum == 0) met_.push_back(posting.row);
        sum += weight * posting.weight;
      }
    }
  }

  // All else that two rows share lies after the mark before the end of the shorter prefix.
  bool may_be_near(std::size_t i, std::size_t j) const {
    const std::size_t mark = std::min(last_mark_[i], last_mark_[j]);
    const float most = shared_[j] + rests_[i * kMarks + mark] * rests_[j * kMarks + mark];
    return most >= static_cast<float>(threshold_) - kRounding;
  }

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
  std::vector<std::vector<Posting>> postings_;  // n-gram -> kept rows that have it in their prefix
  std::vector<float> shared_;
  std::vector<std::uint32_t> met_;
  std::vector<std::uint8_t> last_mark_;  // of each row
  std::vector<float> rests_;             // kMarks of each row
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
