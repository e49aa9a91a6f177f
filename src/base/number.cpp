// Finds numbers in text. Called by score for the numeric metric and its extraction, and by data to
// tell numbers from words.

#include "zopo/base/number.h"

#include <cctype>
#include <charconv>
#include <cmath>

namespace zopo {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view kMinus = "\u2212";

// Runs of digits and the separators between them, as they stand: "1,234.50" -> {"1", "234", "50"},
// {",", "."}.
struct Run {
  std::vector<std::string_view> digits;
  std::vector<std::string_view> separators;
};

// 128 groups of three hold more digits than any double; without a bound "1.1.1.." would be read
// anew from each of its digits.
constexpr std::size_t kMaxRuns = 128;

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The separator at this place, if a digit follows it.
std::string_view separator_at(std::string_view text, std::size_t at) {
  for (const std::string_view mark : {".", ",", "'", "\u2019", "\u00a0", "\u202f", "\u2009"}) {
    const std::size_t after = at + mark.size();
    if (text.substr(at, mark.size()) == mark && after < text.size() && is_digit(text[after])) {
      return mark;
    }
  }
  return {};
}

Run read_run(std::string_view text, std::size_t at) {
  Run run;
  while (true) {
    const std::size_t end = digits_end(text, at);
    run.digits.push_back(text.substr(at, end - at));
    const std::string_view mark = separator_at(text, end);
    if (mark.empty() || run.digits.size() == kMaxRuns) return run;
    run.separators.push_back(mark);
    at = end + mark.size();
  }
}

// How many leading runs of digits are one group of thousands: 1 when the marks do not group.
std::size_t grouped(const Run& run, std::string_view mark) {
  if (run.digits[0].size() > 3 || run.digits[0] == "0") return 1;
  std::size_t count = 1;
  while (count < run.digits.size() && run.separators[count - 1] == mark &&
         run.digits[count].size() == 3) {
    ++count;
  }
  // "1,234,5" is no grouped number
  const bool broken = count < run.digits.size() && run.separators[count - 1] == mark;
  return broken ? 1 : count;
}

struct Shape {
  std::size_t whole = 1;  // leading runs that form the integer part
  bool decimals = false;  // and whether the next run is the decimal part
};

Shape shape_of(const Run& run, bool in_list) {
  if (run.separators.empty()) return {};
  const std::string_view first = run.separators[0];
  const std::size_t runs = run.digits.size();
  if (first == ".") {
    const std::size_t groups = grouped(run, ".");
    const bool comma_decimals =
        groups >= 2 && runs == groups + 1 && run.separators[groups - 1] == ",";
    if (comma_decimals) return {groups, true};                  // 1.234,5
    if (groups >= 3 && runs == groups) return {groups, false};  // 1.234.567
    return {1, true};                                           // 3.5
  }
  const std::size_t groups = grouped(run, first);
  if (groups >= 2) {
    const bool point = groups < runs && run.separators[groups - 1] == ".";
    const bool comma = groups < runs && first != "," && run.separators[groups - 1] == ",";
    return {groups, point || comma};  // 1,234.5
  }
  const bool decimal_comma =
      first == "," && runs == 2 && !in_list && (run.digits[1].size() != 3 || run.digits[0] == "0");
  return {1, decimal_comma};  // 3,5
}

std::size_t end_of(const Run& run, std::size_t runs) {
  return static_cast<std::size_t>(run.digits[runs - 1].data() + run.digits[runs - 1].size() -
                                  run.digits[0].data());
}

// "e-6" after a number, or nothing.
std::string_view exponent_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return {};
  std::size_t digits = at + 1;
  if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
  const std::size_t end = digits_end(text, digits);
  return end == digits ? std::string_view() : text.substr(at, end - at);
}

// A hyphen after a word or a bracket is no sign: "gpt-4", "5-3", "(a)-1".
bool follows_word(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  const char c = text[at - 1];
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ')';
}

// The sign before the digits at the offset, perhaps with a currency sign between: "-$5".
bool is_negative(std::string_view text, std::size_t at, std::size_t& begin) {
  std::size_t before = at;
  for (const std::string_view currency : {"$", "€", "£", "¥"}) {
    if (text.substr(0, before).ends_with(currency)) {
      before -= currency.size();
      break;
    }
  }
  for (const std::string_view minus : {std::string_view("-"), kMinus}) {
    if (text.substr(0, before).ends_with(minus) && !follows_word(text, before - minus.size())) {
      begin = before - minus.size();
      return true;
    }
  }
  return false;
}

Number number_at(std::string_view text, std::size_t at) {
  const bool leading_point = text[at] == '.';
  Number number{"", at, 0};
  if (is_negative(text, at, number.begin)) number.plain = "-";
  if (leading_point) {  // ".5"
    number.end = digits_end(text, at + 1);
    number.plain += "0" + std::string(text.substr(at, number.end - at));
  } else {
    const Run run = read_run(text, at);
    const bool in_list = at > 1 && text[at - 1] == ',' && is_digit(text[at - 2]);  // 1,2,3
    const Shape shape = shape_of(run, in_list);
    for (std::size_t i = 0; i < shape.whole; ++i) number.plain += run.digits[i];
    if (shape.decimals) number.plain += "." + std::string(run.digits[shape.whole]);
    number.end = at + end_of(run, shape.whole + (shape.decimals ? 1 : 0));
  }
  const std::string_view exponent = exponent_at(text, number.end);
  number.plain += exponent;
  number.end += exponent.size();
  return number;
}

bool starts_number(std::string_view text, std::size_t at) {
  if (is_digit(text[at])) return true;
  const bool point = text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]);
  return point && !follows_word(text, at);
}

std::optional<double> value_of(const Number& number) {
  double value = 0;
  const char* end = number.plain.data() + number.plain.size();
  const auto [stop, error] = std::from_chars(number.plain.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Number> next_number(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (starts_number(text, at)) return number_at(text, at);
  }
  return std::nullopt;
}

std::optional<Number> last_number(std::string_view text) {
  std::optional<Number> last;
  for (auto number = next_number(text); number; number = next_number(text, number->end)) {
    last = number;
  }
  return last;
}

std::optional<double> single_number(std::string_view text) {
  const std::optional<Number> number = next_number(text);
  if (!number || next_number(text, number->end)) return std::nullopt;
  return value_of(*number);
}

}  // namespace zopo
