// Applies the named steps to a text. Called by the metrics of texts, and by task and write to
// compare prompts with data.

#include "zopo/score/normalize.h"

#include <algorithm>

#include "unicode.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::score {
namespace {

using Points = std::vector<char32_t>;

constexpr char32_t kNone = 0;
constexpr char32_t kMinusSign = 0x2212;

std::string encode(const Points& points) {
  std::string text;
  text.reserve(points.size());
  for (const char32_t c : points) append_utf8(text, c);
  return text;
}

char32_t at(const Points& points, std::size_t i) { return i < points.size() ? points[i] : kNone; }
char32_t before(const Points& points, std::size_t i) { return i > 0 ? points[i - 1] : kNone; }

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string replaced;
  for (std::size_t found = text.find(from); found != std::string_view::npos;
       found = text.find(from)) {
    replaced += text.substr(0, found);
    replaced += to;
    text.remove_prefix(found + from.size());
  }
  return replaced += text;
}

// The text up to the first full stop that is no decimal point.
std::string_view first_sentence(std::string_view text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(char32_t(text[i])); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && !(digit(i + 1) && (i == 0 || digit(i - 1) || text[i - 1] == ' '))) {
      return text.substr(0, i);
    }
  }
  return text;
}

// Instruction Induction, evaluate.py, normalize_prediction, up to the punctuation.
std::string instruction_induction(std::string_view text) {
  std::string cut = replace_all(text, " and ", " ");
  cut = replace_all(cut, "Sentence 1:", " ");
  cut = replace_all(cut, "Sentence 2:", " ");
  std::string_view line = trim(cut);
  line = first_sentence(line.substr(0, line.find('\n')));
  std::string spaced;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool sign = line[i] == '-' && (i == 0 || line[i - 1] == ' ') && i + 1 < line.size() &&
                      (is_digit(char32_t(line[i + 1])) || line[i + 1] == '.');
    spaced += line[i] == '-' && !sign ? ' ' : line[i];
  }
  return spaced;
}

// A comma before exactly three digits, after one to three or another such group: "12,345,678".
bool is_thousands_comma(const Points& points, std::size_t i) {
  std::size_t lead = 0;
  while (lead < 4 && i > lead && is_digit(points[i - 1 - lead])) ++lead;
  std::size_t tail = 0;
  while (tail < 4 && is_digit(at(points, i + 1 + tail))) ++tail;
  return lead >= 1 && lead <= 3 && tail == 3;
}

bool is_minus(const Points& points, std::size_t i) {
  if (points[i] != U'-' && points[i] != kMinusSign) return false;
  if (is_word(before(points, i))) return false;
  const std::size_t next = is_currency(at(points, i + 1)) ? i + 2 : i + 1;
  return is_digit(at(points, next)) || (at(points, next) == U'.' && is_digit(at(points, next + 1)));
}

// Does the mark carry a number's value?
bool belongs_to_number(const Points& points, std::size_t i) {
  if (is_minus(points, i)) return true;
  if (!is_digit(at(points, i + 1))) return false;
  if (points[i] == U',' && is_thousands_comma(points, i)) return false;
  const char32_t last = before(points, i);
  const bool leading_point = points[i] == U'.' && !is_word(last) && last != U'.';
  return is_digit(last) || leading_point;
}

Points without_punctuation(const Points& points) {
  Points kept;
  kept.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool mark = is_punctuation(points[i]) || points[i] == kMinusSign;
    if (!mark) {
      kept.push_back(points[i]);
    } else if (belongs_to_number(points, i)) {
      kept.push_back(points[i] == kMinusSign ? U'-' : points[i]);
    }
  }
  return kept;
}

// Without the marks at its ends, but for those that make C# another answer than C++.
Points without_outer_punctuation(const Points& points) {
  const auto goes = [&](std::size_t i) {
    if (is_space(points[i])) return true;
    const bool mark = is_punctuation(points[i]) && !belongs_to_number(points, i);
    return mark && std::u32string_view(U"+#<>=^").find(points[i]) == std::u32string_view::npos;
  };
  std::size_t begin = 0, end = points.size();
  while (begin < end && goes(begin)) ++begin;
  while (end > begin && goes(end - 1)) --end;
  return {points.begin() + static_cast<std::ptrdiff_t>(begin),
          points.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool is_article(std::u32string_view word) {
  const auto is = [&](std::u32string_view article) {
    return std::equal(word.begin(), word.end(), article.begin(), article.end(),
                      [](char32_t a, char32_t b) { return a == b || a + 32 == b; });
  };
  return is(U"a") || is(U"an") || is(U"the");
}

// Each article becomes a blank.
Points without_articles(const Points& points) {
  Points kept;
  kept.reserve(points.size());
  const std::u32string_view text(points.data(), points.size());
  for (std::size_t i = 0; i < points.size();) {
    std::size_t end = i;
    while (end < points.size() && is_word(points[end])) ++end;
    const std::u32string_view word = text.substr(i, end - i);
    if (is_article(word)) {
      kept.push_back(U' ');
    } else {
      kept.insert(kept.end(), word.begin(), word.end());
    }
    if (end < points.size()) kept.push_back(points[end++]);
    i = end;
  }
  return kept;
}

Points with_single_blanks(const Points& points) {
  Points kept;
  kept.reserve(points.size());
  for (const char32_t c : points) {
    if (!is_space(c)) {
      kept.push_back(c);
    } else if (!kept.empty() && kept.back() != U' ') {
      kept.push_back(U' ');
    }
  }
  if (!kept.empty() && kept.back() == U' ') kept.pop_back();
  return kept;
}

}  // namespace

Normalizer::Normalizer(std::span<const std::string> steps) {
  const std::pair<const char*, bool*> switches[] = {
      {"instruction_induction", &instruction_induction_},
      {"nfc", &nfc_},
      {"case", &case_},
      {"punctuation", &punctuation_},
      {"articles", &articles_},
      {"whitespace", &whitespace_}};
  for (const std::string& step : steps) {
    const auto* known = std::find_if(std::begin(switches), std::end(switches),
                                     [&](const auto& s) { return step == s.first; });
    if (known == std::end(switches)) {
      const std::string advice = did_you_mean(step, known_steps());
      throw Failure(ErrorKind::config, "Unknown normalisation step \"" + step +
                                           "\". The steps are " + join(known_steps(), ", ") +
                                           (advice.empty() ? "." : advice));
    }
    *known->second = true;
  }
}

std::string Normalizer::operator()(std::string_view text) const {
  std::string changed = instruction_induction_ ? instruction_induction(text) : std::string(text);
  if (case_) {
    changed = fold_case(changed);
  } else if (nfc_) {
    changed = nfc(changed);
  }
  Points points = code_points(changed);
  if (punctuation_)
    points = ends_only_ ? without_outer_punctuation(points) : without_punctuation(points);
  if (articles_) points = without_articles(points);
  if (whitespace_) points = with_single_blanks(points);
  return encode(points);
}

Normalizer Normalizer::inner() const {
  Normalizer inner = *this;
  inner.instruction_induction_ = false;
  inner.ends_only_ = true;
  return inner;
}

Normalizer Normalizer::meant() const {
  Normalizer meant = *this;
  meant.instruction_induction_ = meant.punctuation_ = false;
  return meant;
}

Normalizer Normalizer::least() const {
  Normalizer least = meant();
  least.articles_ = false;
  return least;
}

Normalizer Normalizer::bare() const {
  Normalizer bare = least();
  bare.nfc_ |= bare.case_;
  bare.case_ = false;
  return bare;
}

std::vector<std::string> Normalizer::known_steps() {
  return {"instruction_induction", "nfc", "case", "punctuation", "articles", "whitespace"};
}

}  // namespace zopo::score
