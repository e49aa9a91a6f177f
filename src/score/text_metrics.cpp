// Metrics that compare normalised texts: exact match and token F1 as in SQuAD v1.1 (Rajpurkar et
// al., arXiv 1606.05250, evaluate-v1.1.py), contains and exact set as in Instruction Induction
// (Honovich et al., arXiv 2205.10782, evaluate.py).

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "kept_apart.h"
#include "metrics.h"
#include "unicode.h"
#include "zopo/base/text.h"

namespace zopo::score {
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

// What makes one reference another: whatever is no white space, for exact_match; nor case and
// articles, for those that follow the convention of a benchmark; signs alone, for f1.
enum class Meaning { text, words, signs };

class TextMetric : public Metric {
 public:
  TextMetric(const Normalizer& normalize,
             Compare compare,
             bool binary,
             Meaning meaning,
             bool symbols_count = false)
      : rungs_{normalize, normalize.inner(), normalize.least(), normalize.bare()},
        meant_(meaning == Meaning::text ? normalize.bare() : normalize.meant()),
        compare_(compare),
        binary_(binary),
        meaning_(meaning),
        symbols_count_(symbols_count) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    std::array<std::optional<std::string>, kRungs> answers;
    double best = 0;
    for (const std::string& reference : references) {
      std::size_t rung = apart_.rung_of(reference);
      std::string wanted = rungs_[rung](reference);
      if (rung == 0 && wanted.empty() && !trim(reference).empty())
        wanted = rungs_[rung = kLeast](reference);
      if (!answers[rung]) answers[rung] = rungs_[rung](answer);
      const bool same_symbols = !symbols_count_ || symbols_of(answer) == symbols_of(reference);
      if (same_symbols) best = std::max(best, compare_(*answers[rung], wanted));
    }
    return best;
  }
  bool is_binary() const override { return binary_; }

  std::optional<Alike> keep_apart(const std::vector<std::vector<std::string>>& references,
                                  bool only_look) override {
    Ladder ladder;
    ladder.size = meaning_ == Meaning::text ? kRungs : kLeast + 1;
    ladder.key = [this](std::size_t rung, const std::string& text) {
      return rungs_[rung](text) + (symbols_count_ ? "\n" + symbols_of(text) : "");
    };
    ladder.is_empty = [this](std::size_t rung, const std::string& text) {
      return rungs_[rung](text).empty() && !trim(text).empty();
    };
    ladder.meaning = [this](const std::string& text) {
      return meaning_ == Meaning::signs ? symbols_of(text) : meant_(text);
    };
    KeptApart apart(references, ladder);
    std::optional<Alike> alike = apart.alike();
    if (!only_look) apart_ = std::move(apart);
    return alike;
  }

 private:
  static constexpr std::size_t kLeast = 2, kRungs = 4;
  std::array<Normalizer, kRungs> rungs_;  // from the strongest to the weakest
  Normalizer meant_;
  Compare compare_;
  bool binary_;
  Meaning meaning_;
  bool symbols_count_;
  KeptApart apart_;
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
// that begins or ends with a sign like the euro's needs no boundary there.) C does not stand in
// C++ nor in C#, where these signs are left.
bool is_boundary(std::u32string_view text, std::size_t inner, std::size_t outer) {
  if (outer >= text.size() || !is_word(text[inner])) return true;
  return !is_word(text[outer]) && text[outer] != U'+' && text[outer] != U'#';
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
  return std::make_unique<TextMetric>(normalize, equal, true, Meaning::text, true);
}
std::unique_ptr<Metric> make_f1(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, f1, false, Meaning::signs);
}
std::unique_ptr<Metric> make_contains(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, contains, true, Meaning::words);
}
std::unique_ptr<Metric> make_exact_set(const Normalizer& normalize, MetricOptions&) {
  return std::make_unique<TextMetric>(normalize, exact_set, true, Meaning::words);
}

}  // namespace zopo::score
