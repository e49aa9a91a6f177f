// Parses JSON and keeps order and spelling. Called for records of every format.

#include "record_value.h"

#include <algorithm>
#include <set>
#include <utility>

namespace zopo::data {
namespace {

std::string binary_text(const RecordValue& value) {
  const RecordValue::binary_t& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

// Of members of one name the last one, at the place of the first.
void keep_last(RecordValue& object) {
  std::set<std::string> names;
  bool repeated = false;
  for (const auto& [name, value] : object.items()) repeated |= !names.insert(name).second;
  if (!repeated) return;
  RecordValue kept = RecordValue::object();
  for (auto& [name, value] : object.items()) kept[name] = value;
  object = std::move(kept);
}

class RecordSax : public nlohmann::json_sax<RecordValue> {
 public:
  RecordSax(std::string_view text, const JsonSource& source) : text_(text), source_(source) {}

  RecordValue take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t, const string_t& written) override {
    return add(RecordValue::binary({written.begin(), written.end()}));
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(RecordValue::object()); }
  bool start_array(std::size_t) override { return open(RecordValue::array()); }
  bool key(string_t& name) override {
    names_.back() = std::move(name);
    return true;
  }
  bool end_object() override {
    keep_last(open_.back());
    return close();
  }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t bytes,
                   const std::string&,
                   const nlohmann::detail::exception& error) override {
    constexpr int kTooLarge = 406;
    if (error.id == kTooLarge)
      fail_at(text_, 0, source_, "not valid JSON: a number is too large for a double.");
    fail_json(text_, bytes, source_, error.what());
  }

 private:
  bool open(RecordValue container) {
    open_.push_back(std::move(container));
    names_.emplace_back();
    return true;
  }
  bool close() {
    RecordValue whole = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return add(std::move(whole));
  }
  bool add(RecordValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array()) {
      open_.back().push_back(std::move(value));
    } else {
      add_member(open_.back(), names_.back(), std::move(value));
    }
    return true;
  }

  std::string_view text_;
  const JsonSource& source_;
  RecordValue root_;
  std::vector<RecordValue> open_;
  std::vector<std::string> names_;  // of the member that is read next, in each open container
};

// Python writes NaN where a table has no value: it is null. "" where there is none of its words.
std::string with_nulls(std::string_view text) {
  constexpr std::string_view kWords[] = {"NaN", "-Infinity", "Infinity"};
  const bool any = std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
  std::string made;
  bool quoted = false;
  for (std::size_t i = 0; any && i < text.size();) {
    std::size_t size = 1;
    if (quoted && text[i] == '\\') size = std::min<std::size_t>(2, text.size() - i);
    if (text[i] == '"') quoted = !quoted;
    const auto* word =
        quoted ? std::end(kWords)
               : std::find_if(std::begin(kWords), std::end(kWords), [&](std::string_view one) {
                   return text.substr(i).starts_with(one);
                 });
    if (word != std::end(kWords)) {
      made += "null";
      size = word->size();
    } else {
      made += text.substr(i, size);
    }
    i += size;
  }
  return made;
}

void write_json(const RecordValue& value, std::string& text) {
  if (value.is_binary()) {
    text += binary_text(value);
  } else if (value.is_array()) {
    text += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) text += ", ";
      write_json(value[i], text);
    }
    text += ']';
  } else if (value.is_object()) {
    text += '{';
    const char* between = "";
    for (const auto& [name, member] : value.items()) {
      text += between + RecordValue(name).dump() + ": ";
      write_json(member, text);
      between = ", ";
    }
    text += '}';
  } else {
    text += value.dump();
  }
}

}  // namespace

RecordValue parse_record_value(std::string_view whole, const JsonSource& source) {
  check_json_text(whole, source);
  const std::string without = with_nulls(whole);
  const std::string_view text = without.empty() ? whole : without;
  RecordSax sax(text, source);
  RecordValue::sax_parse(text, &sax, RecordValue::input_format_t::json, true, source.comments);
  return sax.take();
}

bool is_number_value(const RecordValue& value) { return value.is_number() || value.is_binary(); }

bool is_scalar_value(const RecordValue& value) {
  return value.is_string() || value.is_boolean() || is_number_value(value);
}

std::string value_json(const RecordValue& value) {
  std::string text;
  write_json(value, text);
  return text;
}

std::string value_text(const RecordValue& value) {
  return value.is_string() ? value.get<std::string>() : value_json(value);
}

std::vector<std::string> member_names(const RecordValue& value) {
  std::vector<std::string> names;
  if (!value.is_object()) return names;
  for (const auto& [name, member] : value.items()) names.push_back(name);
  return names;
}

const RecordValue* member_of(const RecordValue& value, const std::string& name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() || found->is_null() ? nullptr : &*found;
}

void add_member(RecordValue& object, std::string name, RecordValue value) {
  using Members = RecordValue::object_t;
  auto& members = object.get_ref<Members&>();
  members.Members::Container::emplace_back(std::move(name), std::move(value));
}

}  // namespace zopo::data
