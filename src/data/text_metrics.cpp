// Metrics that compare normalised texts: exact match and token F1 as in SQuAD v1.1 (Rajpurkar et
// al., arXiv 1606.05250, evaluate-v1.1.py), contains and exact set as in Instruction Induction
// (Honovich et al., arXiv 2205.10782, evaluate.py).

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "metrics.h"
#include "unicode.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

// normalised answer x normalised reference -> [0, 1].
using Compare = double (*)(const std::string&, const std::string&);

// The signs that are content where all punctuation goes: C# is not C++, nor x < y x > y. Not
// Markdown's headings and quotes, nor the plus of a number.
std::string symbols_of(std::string_view text) {
  constexpr std::string_view kSymbols = "+#<>=^";
  const auto is = [&](std::size_t i, std::string_view chars) {
    return i < text.size() && chars.find(text[i]) != std::string_view::npos;
  };
  text = trim(text);
  std::size_t at = 0;
  while (is(at, "#>=-")) ++at;  // "## Paris", "> Paris", "=> Paris"
  if (!is(at, " \t") || at + 1 >= text.size()) at = 0;
  std::string symbols;
  for (; at < text.size(); ++at) {
    const bool number_sign =
        text[at] == '+' && is(at + 1, "0123456789.") && (at == 0 || is(at - 1, " \t\n("));
    if (is(at, kSymbols) && !number_sign) symbols += text[at];
  }
  return symbols;
}

class TextMetric : public Metric {
 public:
  TextMetric(Normalizer normalize, Compare compare, bool binary, bool symbols_count = false)
      : normalize_(normalize),
        least_(normalize.least()),
        compare_(compare),
        binary_(binary),
        symbols_count_(symbols_count) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    const std::string normal = normalize_(answer);
    double best = 0;
    for (const std::string& reference : references) {
      const std::string wanted = normalize_(reference);
      const bool vanished = wanted.empty() && !trim(reference).empty();
      const double score =
          vanished ? compare_(least_(answer), least_(reference)) : compare_(normal, wanted);
      const bool same_symbols = !symbols_count_ || symbols_of(answer) == symbols_of(reference);
      if (same_symbols) best = std::max(best, score);
    }
    return best;
  }
  bool is_binary() const override { return binary_; }

 private:
  Normalizer normalize_, least_;
  Compare compare_;
  bool binary_, symbols_count_;
};

// Split at white space of any kind, whether or not the normalisation made it blanks.
std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> tokens;
  std::string token;
  for (const char32_t c : code_points(text)) {
    if (!is_space(c)) {
      append_utf8(token, c);
    } else if (!token.empty()) {
      tokens.push_back(std::exchange(token, {}));
    }
  }
  if (!token.empty()) tokens.push_back(std::move(token));
  return tokens;
}

double equal(const std::string& answer, const std::string& reference) {
  return answer == reference ? 1 : 0;
}

double f1(const std::string& answer, const std::string& reference) {
  const std::vector<std::string> given = tokens_of(answer), wanted = tokens_of(reference);
  std::unordered_map<std::string, int> left;
  for (const std::string& token : wanted) ++left[token];
  int same = 0;
  for (const std::string& token : given) {
    const auto found = left.find(token);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++same;
  }
  // 2 precision recall / (precision + recall)
  return same == 0 ? 0 : 2.0 * same / static_cast<double>(given.size() + wanted.size());
}

double exact_set(const std::string& answer, const std::string& reference) {
  const std::vector<std::string> given = tokens_of(answer), wanted = tokens_of(reference);
  return std::set<std::string>(given.begin(), given.end()) ==
                 std::set<std::string>(wanted.begin(), wanted.end())
             ? 1
             : 0;
}

// Is there no word character on the outer side of a text that has one at this edge? (\b, but a text
// that begins or ends with a sign like the euro's needs no boundary there.)
bool is_boundary(std::u32string_view text, std::size_t inner, std::size_t outer) {
  return outer >= text.size() || !is_word(text[inner]) || !is_word(text[outer]);
}

double contains(const std::string& answer, const std::string& reference) {
  const std::vector<char32_t> answer_points = code_points(answer), points = code_points(reference);
  const std::u32string_view text(answer_points.data(), answer_points.size());
  const std::u32string_view part(points.data(), points.size());
  if (part.empty()) return std::any_of(text.begin(), text.end(), is_word) ? 1 : 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
    const std::size_t last = at + part.size() - 1;
    // at - 1 wraps around for 0, which is_boundary takes for outside
    if (is_boundary(text, at, at - 1) && is_boundary(text, last, last + 1)) return 1;
  }
  return 0;
}

}  // namespace

std::unique_ptr<Metric> make_exact_match(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, equal, true, true);
}
std::unique_ptr<Metric> make_f1(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, f1, false);
}
std::unique_ptr<Metric> make_contains(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, contains, true);
}
std::unique_ptr<Metric> make_exact_set(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, exact_set, true);
}

}  // namespace zopo::data
