// Rewrites what JavaScript and RE2 spell differently. Called for promptfoo's "regex".

#include "js_pattern.h"

#include "zopo/base/error.h"

namespace zopo::data {
namespace {

constexpr const char* kJsSpaces =
    R"(\s\x{0b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";

class JsPatternReader {
 public:
  explicit JsPatternReader(std::string_view pattern) : pattern_(pattern) {}

  std::string read() {
    while (at_ < pattern_.size()) step();
    return std::move(made_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Failure(ErrorKind::data, "the regular expression \"" + std::string(pattern_) + "\" has " +
                                       what + ", which JavaScript does not know.");
  }

  std::string_view rest() const { return pattern_.substr(at_); }

  void step() {
    const char c = pattern_[at_];
    if (c == '\\') {
      escape();
    } else if (in_class_) {
      if (rest().starts_with("[:")) refuse("a POSIX class");
      in_class_ = c != ']';
      made_ += c == '[' ? "\\[" : std::string(1, c);
      ++at_;
    } else if (c == '[') {
      open_class();
    } else if (c == '.') {
      made_ += R"([^\n\r\x{2028}\x{2029}])";
      ++at_;
    } else if (rest().starts_with("(?")) {
      group();
    } else {
      made_ += c;
      ++at_;
    }
  }

  void open_class() {
    if (rest().starts_with("[[:")) refuse("a POSIX class");
    in_class_ = true;
    made_ += '[';
    ++at_;
    if (rest().starts_with("^")) {
      made_ += '^';
      ++at_;
    }
  }

  void group() {
    const std::string_view after = rest().substr(2);
    if (after.starts_with("P")) refuse("(?P");
    if (after.starts_with("<") && !after.starts_with("<=") && !after.starts_with("<!")) {
      made_ += "(?P<";
      at_ += 3;
      return;
    }
    constexpr std::string_view kKnown = ":=!<";
    if (after.empty() || kKnown.find(after[0]) == std::string_view::npos) refuse("inline flags");
    made_ += "(?";
    at_ += 2;
  }

  void escape() {
    const char c = at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : '\\';
    if (c == 'u' && at_ + 6 <= pattern_.size()) {
      made_ += "\\x{" + std::string(pattern_.substr(at_ + 2, 4)) + "}";
      at_ += 6;
      return;
    }
    if (std::string_view("AzQCEpPX").find(c) != std::string_view::npos)
      refuse(std::string("\\") + c);
    if (c == 's') {
      made_ += in_class_ ? kJsSpaces : "[" + std::string(kJsSpaces) + "]";
    } else if (c == 'S' && !in_class_) {
      made_ += "[^" + std::string(kJsSpaces) + "]";
    } else {
      made_ += pattern_.substr(at_, 2);
    }
    at_ += 2;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string made_;
};

}  // namespace

std::string re2_of_js_pattern(std::string_view pattern) { return JsPatternReader(pattern).read(); }

}  // namespace zopo::data
