// Counts hashed n-grams of words, characters, layout and endings, and weighs them by TF-IDF. Called
// by text_features.cpp.

#include "features/ngrams.h"

#include <utf8proc.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <utility>

#include "zopo/base/text.h"

namespace zopo::features {
namespace {

constexpr std::uint64_t kColumns = std::uint64_t{1} << 18;
// Private-use marks that no ordinary text holds.
constexpr char32_t kTextEdge = 0xF8FE;
constexpr char32_t kVariable = 0xF8FF;

// One text's n-grams: hashed column and signed count, each column once and in order.
using Counts = std::vector<std::pair<std::uint64_t, double>>;
using Weights = std::vector<std::pair<std::int64_t, double>>;

// FNV-1a, 64 bits: the same on every machine.
std::uint64_t hash_of(std::u32string_view gram, std::uint64_t seed) {
  std::uint64_t hash = 14695981039346656037ULL ^ seed;
  for (const char32_t point : gram) {
    for (int shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((point >> shift) & 0xFF)) * 1099511628211ULL;
    }
  }
  hash ^= hash >> 29;  // FNV's high bits, which give the sign, hardly see the last character
  return hash * 0x9E3779B97F4A7C15ULL;
}

void count(std::u32string_view gram, std::uint64_t seed, Counts& counts) {
  const std::uint64_t hash = hash_of(gram, seed);
  counts.emplace_back(hash >> 40 & (kColumns - 1), hash >> 63 ? 1.0 : -1.0);
}

// What count() appended, each column once and in order.
Counts summed(Counts counts) {
  std::sort(counts.begin(), counts.end());
  std::size_t end = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (end > 0 && counts[end - 1].first == counts[i].first) {
      counts[end - 1].second += counts[i].second;
    } else {
      counts[end++] = counts[i];
    }
  }
  counts.resize(end);
  counts.shrink_to_fit();
  return counts;
}

bool is_word_character(char32_t point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return point == U'_';
  }
}

bool is_space(char32_t point) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(point));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

// Maximal runs of characters that belong.
template <class Belongs>
std::vector<std::u32string> runs(const std::vector<char32_t>& points, Belongs belongs) {
  std::vector<std::u32string> found(1);
  for (const char32_t point : points) {
    if (belongs(point)) {
      found.back() += point;
    } else if (!found.back().empty()) {
      found.emplace_back();
    }
  }
  if (found.back().empty()) found.pop_back();
  return found;
}

Counts word_counts(const std::vector<char32_t>& points, int max_words) {
  const std::vector<std::u32string> words = runs(points, is_word_character);
  Counts counts;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::u32string gram;
    for (std::size_t n = 0; n < static_cast<std::size_t>(max_words) && i + n < words.size(); ++n) {
      gram += words[i + n] + U'\x1f';
      count(gram, n + 1, counts);
    }
  }
  return summed(std::move(counts));
}

Counts char_counts(const std::vector<char32_t>& points, int min_size, int max_size) {
  Counts counts;
  for (const std::u32string& run : runs(points, [](char32_t p) { return !is_space(p); })) {
    const std::u32string padded = U' ' + run + U' ';
    for (int size = min_size; size <= max_size; ++size) {
      const auto n = static_cast<std::size_t>(size);
      for (std::size_t i = 0; i + n <= padded.size(); ++i) {
        count(std::u32string_view(padded).substr(i, n), 100 + n, counts);
      }
    }
  }
  return summed(std::move(counts));
}

// What a text looks like, whatever it says: a run of words, of digits, a capitalised word, a
// variable, a line end or a punctuation mark is one symbol each.
std::u32string layout_of(const std::vector<char32_t>& points) {
  constexpr char32_t kWords = U'w', kCapital = U'W', kDigits = U'0';
  std::u32string layout(1, kTextEdge);
  bool inside = false;  // a word or number
  for (const char32_t point : points) {
    if (!is_word_character(point)) {
      inside = false;
      if (point == U'\n' || !is_space(point)) layout += point;
      continue;
    }
    if (std::exchange(inside, true)) continue;
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(point));
    const char32_t symbol = category == UTF8PROC_CATEGORY_ND   ? kDigits
                            : category == UTF8PROC_CATEGORY_LU ? kCapital
                                                               : kWords;
    if (symbol != kWords || layout.back() != kWords) layout += symbol;
  }
  return layout + kTextEdge;
}

Counts window_counts(std::u32string_view text, std::size_t min_size, std::size_t max_size) {
  Counts counts;
  for (std::size_t n = min_size; n <= max_size; ++n) {
    for (std::size_t i = 0; i + n <= text.size(); ++i) count(text.substr(i, n), 200 + n, counts);
  }
  return summed(std::move(counts));
}

// The last characters, where a prompt hands over to the model.
std::u32string ending_of(const std::vector<char32_t>& points) {
  constexpr std::size_t kEnding = 30;
  const std::size_t size = std::min(points.size(), kEnding);
  return std::u32string(points.end() - static_cast<std::ptrdiff_t>(size), points.end()) + kTextEdge;
}

// counts of all texts [m] -> rows of unit length, columns from first_column on.
void append_view(const std::vector<Counts>& counts,
                 std::int64_t first_column,
                 std::vector<Weights>& rows) {
  std::vector<double> df(kColumns, 0.0);
  for (const Counts& text : counts) {
    for (const auto& [column, n] : text) df[column] += 1;
  }
  const auto m = static_cast<double>(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    Weights view;
    double squares = 0;
    for (const auto& [column, n] : counts[i]) {
      if (n == 0) continue;  // two n-grams of opposite sign met
      const double idf = std::log((1 + m) / (1 + df[column])) + 1;
      const double weight = std::copysign(1 + std::log(std::abs(n)), n) * idf;
      squares += weight * weight;
      if (df[column] > 1)
        view.emplace_back(first_column + static_cast<std::int64_t>(column), weight);
    }
    for (const auto& [column, weight] : view) {
      rows[i].emplace_back(column, weight / std::sqrt(squares));
    }
  }
}

// Renumbers the columns that are used, in order.
SparseRows compressed(const std::vector<Weights>& rows, std::int64_t columns) {
  std::vector<std::int64_t> number(static_cast<std::size_t>(columns), -1);
  for (const Weights& row : rows) {
    for (const auto& [column, weight] : row) number[static_cast<std::size_t>(column)] = 0;
  }
  std::int64_t used = 0;
  for (std::int64_t& n : number) {
    if (n == 0) n = used++;
  }
  SparseRows matrix(static_cast<Index>(rows.size()), used);
  std::int64_t entries = 0;
  for (const Weights& row : rows) entries += static_cast<std::int64_t>(row.size());
  matrix.reserve(entries);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    matrix.startVec(static_cast<Index>(i));
    for (const auto& [column, weight] : rows[i]) {
      matrix.insertBack(static_cast<Index>(i), number[static_cast<std::size_t>(column)]) = weight;
    }
  }
  matrix.finalize();
  return matrix;
}

// The position after the variable that begins at text[at] == '{', or at itself where none does.
std::size_t after_variable(std::string_view text, std::size_t at) {
  const auto inside = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' ||
           c == ' ' || static_cast<unsigned char>(c) >= 0x80;
  };
  std::size_t end = at + 1;
  const bool twice = end < text.size() && text[end] == '{';
  if (twice) ++end;
  while (end < text.size() && inside(text[end])) ++end;
  if (end >= text.size() || text[end] != '}') return at;
  ++end;
  return twice && end < text.size() && text[end] == '}' ? end + 1 : end;
}

}  // namespace

std::string replace_template_variables(std::string_view text, char32_t replacement) {
  std::string replaced;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '{' ? after_variable(text, at) : at;
    if (end > at) {
      append_utf8(replaced, replacement);
    } else {
      replaced += text[at];
    }
    at = std::max(end, at + 1);
  }
  return replaced;
}

SparseRows tfidf_ngrams(std::span<const std::string> texts, const TextFeatureOptions& options) {
  std::vector<Counts> words, chars, layouts, endings;
  for (const std::string& text : texts) {
    const std::string blanked = replace_template_variables(text, U' ');
    const std::vector<char32_t> points = code_points(fold_case(blanked));
    words.push_back(word_counts(points, options.word_ngrams));
    chars.push_back(char_counts(points, options.char_min, options.char_max));
    // Texts without any n-gram are alike, and still have a direction of their own.
    if (chars.back().empty()) count(U"", 0, chars.back());
    if (!options.layout) continue;
    const std::string marked = replace_template_variables(text, kVariable);
    layouts.push_back(window_counts(layout_of(code_points(marked)), 1, 4));
    endings.push_back(window_counts(ending_of(code_points(fold_case(marked))), 2, 5));
  }
  std::vector<Weights> rows(texts.size());
  std::int64_t columns = 0;
  for (const std::vector<Counts>* view : {&words, &chars, &layouts, &endings}) {
    if (!view->empty()) append_view(*view, columns, rows);
    columns += static_cast<std::int64_t>(kColumns);
  }
  return compressed(rows, columns);
}

}  // namespace zopo::features
