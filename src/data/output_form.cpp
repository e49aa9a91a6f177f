// Looks at the first references of a data set. Called by zopo init, by the dry run and by the
// writer of prompts.

#include "zopo/data/output_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "zopo/base/json.h"
#include "zopo/base/number.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLabels = 50, kLongestLabel = 60, kMostUnitLetters = 4;

std::size_t words_of(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos;
    if (!blank && !inside) ++words;
    inside = !blank;
  }
  return words;
}

std::vector<std::string> firsts_of(const Dataset& dataset) {
  std::vector<std::string> texts;
  for (const Example& example : dataset.examples) {
    if (!example.references.empty()) texts.push_back(example.references.front());
  }
  return texts;
}

bool is_letter(const std::string& text) {
  return text.size() == 1 && text[0] >= 'A' && text[0] <= 'J';
}

// None where they are many, long, or of several lines.
std::vector<OutputForm::Label> distinct_of(const std::vector<std::string>& texts) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& text : texts) ++counts[text];
  const bool fits = std::all_of(counts.begin(), counts.end(), [](const auto& entry) {
    return entry.first.size() <= kLongestLabel && entry.first.find('\n') == std::string::npos &&
           !trim(entry.first).empty();
  });
  std::vector<OutputForm::Label> distinct;
  if (!fits || counts.size() > kMostLabels) return distinct;
  for (const auto& [text, count] : counts) distinct.push_back({text, count});
  return distinct;
}

// Each of them twice or more on average; or the letters of choices, however few examples there are.
bool are_labels(const std::vector<OutputForm::Label>& distinct, std::size_t examples) {
  const bool letters =
      std::all_of(distinct.begin(), distinct.end(),
                  [](const OutputForm::Label& label) { return is_letter(label.text); });
  return !distinct.empty() && (letters || 2 * distinct.size() <= examples);
}

bool is_number_text(const std::string& text) {
  const std::optional<Number> number = next_number(text);
  if (!number || !single_number(text)) return false;
  const std::string around = text.substr(0, number->begin) + text.substr(number->end);
  // "a1" is a name, "5 km" a number.
  const auto before = static_cast<unsigned char>(number->begin > 0 ? text[number->begin - 1] : ' ');
  if (std::isalpha(before) != 0) return false;
  const auto letters = std::count_if(around.begin(), around.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return static_cast<std::size_t>(letters) <= kMostUnitLetters;
}

bool is_integer_text(const std::string& text) {
  return next_number(text)->plain.find_first_of(".eE") == std::string::npos;
}

std::optional<json> structure_in(const std::string& text) {
  const std::string_view trimmed = trim(text);
  if (!trimmed.starts_with('{') && !trimmed.starts_with('[')) return std::nullopt;
  json value = parse_json_of_others(trimmed);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

// Nothing unless all are JSON structures; then the members that all have.
std::optional<std::vector<std::string>> json_members(const std::vector<std::string>& texts) {
  std::optional<std::set<std::string>> common;
  for (const std::string& text : texts) {
    const std::optional<json> value = structure_in(text);
    if (!value) return std::nullopt;
    std::set<std::string> names;
    if (value->is_object()) {
      for (const auto& [name, member] : value->items()) {
        if (!common || common->contains(name)) names.insert(name);
      }
    }
    common = std::move(names);
  }
  if (!common) return std::nullopt;
  return std::vector<std::string>(common->begin(), common->end());
}

std::string range(std::size_t fewest, std::size_t most, const char* unit) {
  if (fewest == most) return fmt::format("{} {}{}", most, unit, most == 1 ? "" : "s");
  return fmt::format("{} to {} {}s", fewest, most, unit);
}

}  // namespace

OutputForm output_form(const Dataset& dataset) {
  const std::vector<std::string> texts = firsts_of(dataset);
  OutputForm form;
  if (texts.empty()) return form;
  form.fewest_words = words_of(texts.front());
  for (const std::string& text : texts) {
    const std::size_t words = words_of(text);
    form.fewest_words = std::min(form.fewest_words, words);
    form.most_words = std::max(form.most_words, words);
    form.most_lines = std::max(form.most_lines, split_lines(text).size());
  }
  form.distinct = distinct_of(texts);
  form.are_bare_numbers = std::all_of(texts.begin(), texts.end(), is_bare_number);
  if (auto members = json_members(texts)) {
    form.kind = OutputForm::Kind::json;
    form.members = *std::move(members);
  } else if (are_labels(form.distinct, texts.size())) {
    form.kind = OutputForm::Kind::labels;
    form.labels = form.distinct;
  } else if (std::all_of(texts.begin(), texts.end(), is_number_text)) {
    form.kind = OutputForm::Kind::numbers;
    form.are_integers = std::all_of(texts.begin(), texts.end(), is_integer_text);
  }
  return form;
}

bool is_bare_number(const std::string& text) {
  return is_number_text(text) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c < 128 && std::isalpha(c) == 0;
         });
}

std::string describe(const OutputForm& form) {
  switch (form.kind) {
    case OutputForm::Kind::labels: {
      std::vector<std::string> names;
      names.reserve(form.labels.size());
      for (const OutputForm::Label& label : form.labels)
        names.push_back(fmt::format("{} ({})", label.text, label.count));
      if (names.size() == 1) return "always " + names.front();
      return fmt::format("one of {} labels: {}", names.size(), join(names, ", "));
    }
    case OutputForm::Kind::numbers:
      return form.are_integers ? "whole numbers" : "numbers";
    case OutputForm::Kind::json:
      return form.members.empty() ? "JSON" : "JSON objects with " + join(form.members, ", ");
    case OutputForm::Kind::text:
      break;
  }
  if (form.most_lines == 0) return "nothing";
  return "text of " + range(form.fewest_words, form.most_words, "word") +
         (form.most_lines > 1 ? fmt::format(" in up to {} lines", form.most_lines) : "");
}

}  // namespace zopo::data
