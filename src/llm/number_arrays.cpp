// Reads arrays of numbers out of a text. Called by embedding_rows.cpp.

#include "llm/number_arrays.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace zopo::llm {
namespace {

constexpr std::ptrdiff_t kMostDigits = 15;  // every whole number of so many is a double

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads from at_ on; what it copies into the rest stands before at_.
class Taker {
 public:
  explicit Taker(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  std::optional<NumberArrays> run() {
    while (at_ != end_) {
      const char c = *at_;
      copy(at_ + 1);
      if (c == '"') copy_string();
      if (c == '[' && begins_number() && !take_array()) return std::nullopt;
    }
    return std::move(taken_);
  }

 private:
  char peek() const { return at_ == end_ ? '\0' : *at_; }

  void copy(const char* until) {
    taken_.rest.append(at_, until);
    at_ = until;
  }

  // Up to the quotation mark that ends it.
  void copy_string() {
    const char* until = at_;
    while (until != end_ && *until != '"') {
      if (*until == '\\' && until + 1 != end_) ++until;
      ++until;
    }
    copy(until == end_ ? end_ : until + 1);
  }

  void skip_space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  // Whether a number follows, behind white space, which goes.
  bool begins_number() {
    skip_space();
    return is_digit(peek()) || peek() == '-';
  }

  // Behind its bracket; so is the rest. Its end is copied by run().
  bool take_array() {
    std::vector<float> numbers;
    if (!taken_.arrays.empty()) numbers.reserve(taken_.arrays.back().size());
    while (true) {
      const std::optional<float> number = take_number();
      if (!number) return false;
      numbers.push_back(*number);
      skip_space();
      if (peek() == ']') break;
      if (peek() != ',') return false;
      ++at_;
      skip_space();
    }
    taken_.rest += std::to_string(taken_.arrays.size());
    taken_.arrays.push_back(std::move(numbers));
    return true;
  }

  std::ptrdiff_t skip_digits() {
    const char* const first = at_;
    while (is_digit(peek())) ++at_;
    return at_ - first;
  }

  // RFC 8259, sec. 6.
  std::optional<float> take_number() {
    const char* const first = at_;
    if (peek() == '-') ++at_;
    const bool begins_with_zero = peek() == '0';
    const std::ptrdiff_t digits = skip_digits();
    if (digits == 0 || (digits > 1 && begins_with_zero)) return std::nullopt;
    bool is_whole = true;
    if (peek() == '.') {
      is_whole = false;
      ++at_;
      if (skip_digits() == 0) return std::nullopt;
    }
    if (peek() == 'e' || peek() == 'E') {
      is_whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (skip_digits() == 0) return std::nullopt;
    }
    if (is_whole && digits > kMostDigits) return std::nullopt;
    double value = 0;
    if (std::from_chars(first, at_, value).ec != std::errc()) return std::nullopt;
    const auto number = static_cast<float>(value);
    if (!std::isfinite(number)) return std::nullopt;
    return is_whole ? number + 0.0F : number;  // -0 is the whole number 0
  }

  const char* at_;
  const char* const end_;
  NumberArrays taken_;
};

}  // namespace

std::optional<NumberArrays> take_number_arrays_out(std::string_view text) {
  return Taker(text).run();
}

}  // namespace zopo::llm
