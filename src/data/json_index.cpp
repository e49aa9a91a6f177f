// Walks over a JSON text and notes where its values begin. Called when a message needs a place.

#include "json_index.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace zopo::data {
namespace {

// Trusts the text to be valid; on text that is not it stops early but stays inside.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  JsonIndex run() {
    std::string root;
    value(root, std::nullopt);
    return std::move(index_);
  }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool stopped() const { return at_ >= text_.size(); }

  bool skip(char expected) {
    gap();
    if (here() != expected) return false;
    ++at_;
    gap();
    return true;
  }

  void gap() {
    while (at_ < text_.size()) {
      if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  // The string literal that begins here, quotes included.
  std::string_view string_literal() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    return text_.substr(begin, at_ - begin);
  }

  void value(std::string& pointer, std::optional<std::size_t> key) {
    gap();
    index_.places.try_emplace(pointer, JsonPlace{at_, key.value_or(at_)});
    if (here() == '{') {
      object(pointer);
    } else if (here() == '[') {
      array(pointer);
    } else if (here() == '"') {
      string_literal();
    } else {
      at_ = std::min(text_.find_first_of(" \t\r\n,]}/", at_), text_.size());
    }
  }

  void object(std::string& pointer) {
    std::unordered_set<std::string> seen;
    ++at_;
    gap();
    while (!stopped() && here() == '"') {
      const std::size_t key_at = at_;
      const nlohmann::json key = nlohmann::json::parse(string_literal(), nullptr, false);
      if (!key.is_string() || !skip(':')) break;
      member(pointer, key.get_ref<const std::string&>(), key_at, seen);
      if (!skip(',')) break;
    }
    skip('}');
  }

  void member(std::string& pointer,
              const std::string& key,
              std::size_t key_at,
              std::unordered_set<std::string>& seen) {
    const std::size_t parent = pointer.size();
    pointer += '/';
    for (const char c : key) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    if (!seen.insert(key).second && !index_.duplicate) {
      index_.duplicate = pointer;
      index_.duplicate_place = {at_, key_at};
    }
    value(pointer, key_at);
    pointer.resize(parent);
  }

  void array(std::string& pointer) {
    const std::size_t parent = pointer.size();
    ++at_;
    gap();
    for (std::size_t i = 0; !stopped() && here() != ']'; ++i) {
      pointer += '/' + std::to_string(i);
      value(pointer, std::nullopt);
      pointer.resize(parent);
      if (!skip(',')) break;
    }
    skip(']');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  JsonIndex index_;
};

}  // namespace

JsonIndex index_json(std::string_view text) { return Walk(text).run(); }

Position position_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return {1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          1 + before.size() - line_start};
}

}  // namespace zopo::data
