// Which of the given choices an answer names.

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "metrics.h"
#include "zopo/base/error.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"

namespace zopo::score {
namespace {

using Choice = std::optional<std::size_t>;  // its index

// Markdown and LaTeX around a choice go, and every bracket becomes a round one: "**\boxed{B}**" ->
// "(B)".
std::string flattened(std::string_view answer) {
  static const re2::RE2 kBox(R"(\\(?:boxed|text|textbf|mathrm)\{)");
  std::string text = make_valid_utf8(answer);
  re2::RE2::GlobalReplace(&text, kBox, "(");
  std::string flat;
  flat.reserve(text.size());
  for (const char c : text) {
    if (std::string_view("*`\"$").find(c) != std::string_view::npos) continue;
    flat += c == '[' || c == '{' ? '(' : c == ']' || c == '}' ? ')' : c;
  }
  return flat;
}

std::string alternation(std::vector<std::string> choices) {
  std::vector<std::string> quoted;
  quoted.reserve(choices.size());
  // The longest first, so that "10" is not taken for "1".
  std::stable_sort(choices.begin(), choices.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  // A letter counts in its own case only, where nothing else marks it as a choice.
  for (const std::string& choice : choices) {
    quoted.push_back((choice.size() > 1 ? "(?i:" : "(?:") + re2::RE2::QuoteMeta(choice) + ")");
  }
  return join(quoted, "|");
}

// The forms of an answer, from the plainest to the loosest; the first that occurs decides.
class ChoiceReader {
 public:
  explicit ChoiceReader(std::vector<std::string> choices) : choices_(std::move(choices)) {
    const std::string exact = alternation(choices_), any_case = "(?i:" + exact + ")";
    const std::string named = R"((?:\s+(?i:is|was|would be|should be|must be))?\s*:?\s*)"
                              R"((?i:option|choice|letter)?\s*(?:\(\s*()" +
                              any_case + R"()\s*\)|()" + exact + R"()(?:[^\pL\pN_']|$)|()" +
                              any_case + R"()\s*\.?\s*(?:\n|$)))";
    alone_ = compile_pattern(R"(^[\s(]*()" + any_case + R"()[\s).:,;!]*$)");
    answer_ = compile_pattern(R"((?i:\banswer))" + named);
    option_ = compile_pattern(R"((?i:\b(?:option|choice)))" + named);
    leading_ = compile_pattern(R"(^[\s(]*(?:()" + any_case + R"()\s*[).:](?:[^\pN]|$)|()" + exact +
                               R"()\s*(?:[-,\n]|\x{2013}|\x{2014})))");
    label_ = compile_pattern(R"((?:^|[\s(])()" + exact + R"()\s*[).:](?:[^\pN]|$))");
    bracketed_ = compile_pattern(R"(\(\s*()" + exact + R"()\s*\))");
    word_ = compile_pattern("(" + exact + ")");
  }

  Choice read(std::string_view answer) const {
    const std::string text = flattened(answer);
    if (const auto found = all(*alone_, text); !found.empty()) return found.front();
    if (const auto found = all(*answer_, text); !found.empty()) return found.back();
    if (const auto found = all(*option_, text); !found.empty()) return only(found);
    if (const auto found = all(*leading_, text); !found.empty() && labels_agree(text, found[0])) {
      return found[0];
    }
    if (const auto found = all(*bracketed_, text); !found.empty()) return only(found);
    return only(words(text));
  }

 private:
  // The choices of all matches, in the order of the text.
  std::vector<std::size_t> all(const re2::RE2& pattern, std::string_view text) const {
    std::vector<std::size_t> found;
    re2::StringPiece groups[4];
    const int count = 1 + pattern.NumberOfCapturingGroups();
    std::size_t from = 0;
    while (from <= text.size() &&
           pattern.Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, groups, count)) {
      const auto* group = std::find_if(groups + 1, groups + count,
                                       [](const auto& g) { return g.data() != nullptr; });
      if (const Choice choice = index_of(group->as_string())) found.push_back(*choice);
      // What follows the choice may begin the next match.
      from = static_cast<std::size_t>(group->data() - text.data()) + group->size();
    }
    return found;
  }

  static Choice only(const std::vector<std::size_t>& found) {
    const std::set<std::size_t> distinct(found.begin(), found.end());
    return distinct.size() == 1 ? Choice(*distinct.begin()) : std::nullopt;
  }

  // An answer that repeats all the options chooses none by its first one.
  bool labels_agree(std::string_view text, std::size_t choice) const {
    const std::vector<std::size_t> labels = all(*label_, text);
    return std::all_of(labels.begin(), labels.end(), [&](std::size_t l) { return l == choice; });
  }

  std::vector<std::size_t> words(std::string_view text) const {
    std::vector<std::size_t> found;
    re2::StringPiece match;
    std::size_t from = 0;
    while (word_->Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, &match, 1)) {
      const auto begin = static_cast<std::size_t>(match.data() - text.data());
      const std::size_t end = begin + match.size();
      if (is_whole_word(text, begin, end) && !is_pronoun_or_article(text, begin, end)) {
        if (const Choice choice = index_of(match.as_string())) found.push_back(*choice);
      }
      from = end;
    }
    return found;
  }

  static bool is_whole_word(std::string_view text, std::size_t begin, std::size_t end) {
    const auto inside = [&](std::size_t i) {
      if (i >= text.size()) return false;
      const auto c = static_cast<unsigned char>(text[i]);
      return std::isalnum(c) != 0 || c == '_' || c == '\'' || c >= 0x80;
    };
    return !inside(begin - 1) && !inside(end);  // 0 - 1 lies outside
  }

  // "A dog", "I think", but not "A or B", "A is right".
  static bool is_pronoun_or_article(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string_view word = text.substr(begin, end - begin);
    if ((word != "A" && word != "I") || end + 1 >= text.size() || text[end] != ' ') return false;
    const std::string_view rest = text.substr(end + 1, 10);
    const std::string_view next = rest.substr(0, rest.find_first_of(" ,.\n"));
    constexpr std::string_view kAfterAChoice[] = {"or", "and", "but",    "nor",
                                                  "is", "was", "because"};
    return std::islower(static_cast<unsigned char>(rest[0])) != 0 &&
           std::find(std::begin(kAfterAChoice), std::end(kAfterAChoice), next) ==
               std::end(kAfterAChoice);
  }

  Choice index_of(const std::string& text) const {
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      if (choices_[i] == text) return i;
    }
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      if (fold_case(choices_[i]) == fold_case(text)) return i;
    }
    return std::nullopt;
  }

  std::vector<std::string> choices_;
  std::shared_ptr<const re2::RE2> alone_, answer_, option_, leading_, label_, bracketed_, word_;
};

class MultipleChoice : public Metric {
 public:
  explicit MultipleChoice(std::vector<std::string> choices)
      : list_(join(choices, ", ")), reader_(std::move(choices)) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    const Choice chosen = reader_.read(answer);
    if (!chosen) return 0;
    return std::any_of(references.begin(), references.end(),
                       [&](const std::string& r) { return reader_.read(r) == chosen; })
               ? 1
               : 0;
  }
  bool is_binary() const override { return true; }

  void check(std::span<const std::string> references) const override {
    for (const std::string& reference : references) {
      if (reader_.read(reference)) continue;
      throw Failure(ErrorKind::data, "The reference \"" + make_valid_utf8(reference) +
                                         "\" names none of the choices of metric "
                                         "\"multiple_choice\", which are " +
                                         list_ + ".");
    }
  }

 private:
  std::string list_;
  ChoiceReader reader_;
};

std::vector<std::string> capital_letters() {
  std::vector<std::string> letters;
  for (char c = 'A'; c <= 'Z'; ++c) letters.emplace_back(1, c);
  return letters;
}

}  // namespace

std::unique_ptr<Metric> make_multiple_choice(const Normalizer&, MetricOptions& options) {
  return std::make_unique<MultipleChoice>(options.words("choices", capital_letters()));
}

}  // namespace zopo::score
