// Decides promptfoo's assertions about texts. Called by assertions.cpp.

#include "data/promptfoo/texts.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include "data/js_pattern.h"
#include "data/promptfoo/json.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

// As JavaScript prints a value between texts.
std::string js_text(const RecordValue& value) {
  if (!value.is_binary()) return value_text(value);
  const double number = std::strtod(value_text(value).c_str(), nullptr);
  return number == std::floor(number) && std::abs(number) < 1e21 ? fmt::format("{:.0f}", number)
                                                                 : fmt::format("{}", number);
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (const char32_t c : code_points(text))
    append_utf8(lower, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
  return lower;
}

bool has(const std::string& output, const std::string& part) {
  return output.find(part) != std::string::npos;
}

std::size_t levenshtein_units(const std::string& a, const std::string& b) {
  const auto units = [](const std::string& text) {
    std::u16string made;
    for (const char32_t c : code_points(text)) {
      if (c > 0xFFFF) made += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      made += static_cast<char16_t>(c > 0xFFFF ? 0xDC00 + ((c - 0x10000) & 0x3FF) : c);
    }
    return made;
  };
  const std::u16string from = units(a), to = units(b);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[to.size()];
}

std::size_t count_words(const std::string& text) {
  static const std::shared_ptr<const re2::RE2> kWord = compile_pattern(re2_of_js_pattern(R"(\S+)"));
  std::size_t words = 0;
  re2::StringPiece rest(text);
  while (re2::RE2::FindAndConsume(&rest, *kWord)) ++words;
  return words;
}

constexpr const char* kDecided[] = {
    "equals",        "contains",    "icontains", "contains-any", "contains-all", "icontains-any",
    "icontains-all", "starts-with", "regex",     "is-json",      "levenshtein",  "word-count"};

// One assertion, read from its object.
class AssertionReader {
 public:
  AssertionReader(const RecordValue& assertion, std::string where)
      : assertion_(assertion), where_(std::move(where)) {
    const RecordValue* type = member_of(assertion, "type");
    if (type == nullptr || !type->is_string()) bad_data(where_, "an assertion without \"type\".");
    type_ = type->get<std::string>();
    inverse_ = type_.starts_with("not-");
    base_ = inverse_ ? type_.substr(4) : type_;
    for (const char* key : {"transform", "contextTransform"}) {
      if (member_of(assertion, key) != nullptr) refuse(fmt::format("its \"{}\" is a program", key));
    }
  }

  OutputTest read() const {
    OutputTest test = base_test();
    if (!inverse_) return test;
    return [test](const std::string& output) { return !test(output); };
  }

  double number(const char* key, double fallback) const {
    return assertion_number(assertion_, key, fallback, where_);
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    const std::vector<std::string> known(std::begin(kDecided), std::end(kDecided));
    const std::string advice = did_you_mean(base_, known);
    bad_data(where_, fmt::format("the assertion \"{}\" cannot be decided here: {}{} Remove it or "
                                 "replace it, or name a \"metric\" that decides instead (command "
                                 "runs a program of yours, judge asks a model). Known are {} and "
                                 "their opposites with not-.",
                                 type_, why, advice.empty() ? "." : advice, join(known, ", ")));
  }

  const RecordValue& value() const {
    const RecordValue* value = member_of(assertion_, "value");
    if (value == nullptr)
      bad_data(where_, fmt::format("the assertion \"{}\" has no value.", type_));
    return *value;
  }

  std::string text() const {
    if (!is_scalar_value(value()) || value().is_boolean())
      bad_data(where_, fmt::format("the value of \"{}\" is {}: expected a text.", type_,
                                   value_json(value())));
    std::string text = js_text(value());
    if (text.empty()) {
      bad_data(where_,
               fmt::format("the value of \"{}\" is empty, which promptfoo refuses too. Give "
                           "it a text.",
                           type_));
    }
    return text;
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    if (value().is_string()) texts = comma_separated(value().get<std::string>());
    for (const RecordValue& one : value().is_array() ? value() : RecordValue::array())
      texts.push_back(js_text(one));
    if (texts.empty())
      bad_data(where_, fmt::format("\"{}\" has no texts: expected a list, or texts between commas.",
                                   type_));
    return texts;
  }

  OutputTest equals() const {
    if (!value().is_structured()) {
      return [text = js_text(value())](const std::string& output) { return output == text; };
    }
    return [wanted = plain_json(value())](const std::string& output) {
      const nlohmann::json given = nlohmann::json::parse(output, nullptr, false);
      return !given.is_discarded() && given == wanted;
    };
  }

  OutputTest regex() const {
    const std::string pattern = text();
    try {
      const std::shared_ptr<const re2::RE2> compiled = compile_pattern(re2_of_js_pattern(pattern));
      return [compiled](const std::string& output) {
        return re2::RE2::PartialMatch(output, *compiled);
      };
    } catch (const Failure& failure) {
      bad_data(where_, std::string(failure.what()) + " Write it otherwise.");
    }
  }

  OutputTest contains(bool any, bool fold) const {
    std::vector<std::string> parts = texts();
    if (fold) std::transform(parts.begin(), parts.end(), parts.begin(), lower_case);
    return [parts, any, fold](const std::string& output) {
      const std::string text = fold ? lower_case(output) : output;
      const auto is_in = [&](const std::string& part) { return has(text, part); };
      return any ? std::any_of(parts.begin(), parts.end(), is_in)
                 : std::all_of(parts.begin(), parts.end(), is_in);
    };
  }

  OutputTest word_count() const {
    const RecordValue& wanted = value();
    double least = 0, most = 1e18;
    const auto bound = [&](const RecordValue& text) {
      char* end = nullptr;
      const std::string written = value_text(text);
      const double number = std::strtod(written.c_str(), &end);
      if (written.empty() || *end != '\0')
        bad_data(where_, "\"word-count\" expects a number, or an object with min or max.");
      return number;
    };
    if (wanted.is_object()) {
      if (const RecordValue* min = member_of(wanted, "min")) least = bound(*min);
      if (const RecordValue* max = member_of(wanted, "max")) most = bound(*max);
      if (least > most) bad_data(where_, "\"word-count\": min is more than max.");
    } else {
      least = most = bound(wanted);
    }
    return [least, most](const std::string& output) {
      const auto words = static_cast<double>(count_words(output));
      return words >= least && words <= most;
    };
  }

  OutputTest base_test() const {
    if (base_ == "equals") return equals();
    if (base_ == "regex") return regex();
    if (base_ == "contains-any") return contains(true, false);
    if (base_ == "contains-all") return contains(false, false);
    if (base_ == "icontains-any") return contains(true, true);
    if (base_ == "icontains-all") return contains(false, true);
    if (base_ == "word-count") return word_count();
    if (base_ == "is-json") return json_test(member_of(assertion_, "value"), where_);
    if (base_ == "contains")
      return [part = text()](const std::string& output) { return has(output, part); };
    if (base_ == "icontains") {
      return [part = lower_case(text())](const std::string& output) {
        return has(lower_case(output), part);
      };
    }
    if (base_ == "starts-with")
      return [part = text()](const std::string& output) { return output.starts_with(part); };
    if (base_ == "levenshtein") {
      return [part = text(), most = number("threshold", 5)](const std::string& output) {
        return static_cast<double>(levenshtein_units(output, part)) <= most;
      };
    }
    refuse("it needs a program, a model or more than the text of the reply");
  }

  const RecordValue& assertion_;
  std::string where_, type_, base_;
  bool inverse_ = false;
};

}  // namespace

OutputTest output_test(const RecordValue& assertion, const std::string& where) {
  return AssertionReader(assertion, where).read();
}

double assertion_number(const RecordValue& assertion,
                        const char* key,
                        double fallback,
                        const std::string& where) {
  const RecordValue* value = member_of(assertion, key);
  if (value == nullptr) return fallback;
  const std::string text = value_text(*value);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(number))
    bad_data(where, fmt::format("\"{}\" is {}: expected a number.", key, text));
  return number;
}

// `a, "b, c", d` -> a; b, c; d
std::vector<std::string> comma_separated(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  const auto skip = [&](std::string_view what) {
    at = std::min(text.find_first_not_of(what, at), text.size());
  };
  while (skip(" \t\r\n,"), at < text.size()) {
    std::string part;
    if (text[at] == '"') {
      for (++at; at < text.size(); ++at) {
        if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"')
          ++at;
        else if (text[at] == '"')
          break;
        part += text[at];
      }
      at = std::min(at + 1, text.size());
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      part = trim(text.substr(at, end - at));
      at = end;
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

bool is_assert_set(const RecordValue& assertion) {
  const RecordValue* type = member_of(assertion, "type");
  return type != nullptr && *type == "assert-set";
}

}  // namespace zopo::data
