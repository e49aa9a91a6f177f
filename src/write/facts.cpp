// The outputs' form as the examples show it.
#include "zopo/write/facts.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "write/words.h"
#include "zopo/base/text.h"

namespace zopo::write {
namespace {

constexpr std::size_t kMostLabels = 20, kLongestLabel = 60;

bool is_number(const std::string& text) {
  const std::string_view digits = trim(text);
  if (digits.empty() || digits.find_first_of("0123456789") == digits.npos) return false;
  return digits.find_first_not_of("0123456789+-.,%$") == digits.npos;
}

bool is_json(const std::string& text) {
  const std::string_view value = trim(text);
  return (value.starts_with('{') || value.starts_with('[')) &&
         nlohmann::json::accept(value.begin(), value.end());
}

bool is_one_word(const std::string& text) {
  return !trim(text).empty() && trim(text).find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_one_line(const std::string& text) { return text.find('\n') == std::string::npos; }

// What all outputs are; the most telling form first.
std::string form_of(const data::Dataset& train) {
  struct Form {
    const char* name;
    bool (*holds)(const std::string&);
  };
  static constexpr Form kForms[] = {{"a number", is_number},
                                    {"JSON", is_json},
                                    {"one word", is_one_word},
                                    {"one line", is_one_line}};
  for (const Form& form : kForms) {
    const bool all = std::all_of(
        train.examples.begin(), train.examples.end(),
        [&](const data::Example& example) { return form.holds(example.references.front()); });
    if (all && train.examples.size() > 1) return form.name;
  }
  return "";
}

// Few, and met again: half as many examples at least as would give each of them twice.
std::vector<std::string> labels_of(const data::Dataset& train) {
  std::map<std::string, std::size_t> count;
  for (const data::Example& example : train.examples) ++count[example.references.front()];
  const auto again =
      std::count_if(count.begin(), count.end(), [](const auto& entry) { return entry.second > 1; });
  const bool are_few = count.size() > 1 && count.size() <= kMostLabels &&
                       3 * count.size() <= 2 * train.examples.size() &&
                       2 * static_cast<std::size_t>(again) >= count.size();
  std::vector<std::string> labels;
  for (const auto& [label, times] : count) {
    if (!are_few || label.size() > kLongestLabel || !is_one_line(label)) return {};
    labels.push_back(label);
  }
  return labels;
}

}  // namespace

TaskFacts facts_of(const data::Dataset& train) {
  TaskFacts facts;
  facts.labels = labels_of(train);
  if (facts.labels.empty()) facts.output_form = form_of(train);
  for (const data::Example& example : train.examples) {
    facts.inputs_have_lines = facts.inputs_have_lines || !is_one_line(example.input);
  }
  return facts;
}

bool are_words(const std::vector<std::string>& labels) {
  return std::none_of(labels.begin(), labels.end(), is_number);
}

std::string said_form(const TaskFacts& facts) {
  if (!facts.labels.empty()) return "Answer with one of: " + join(facts.labels, ", ") + ".";
  if (facts.output_form.empty() || facts.output_form == "one line") return "";
  return "Answer with " + facts.output_form + " and nothing else.";
}

std::size_t labels_named(const std::vector<std::string>& labels, const std::string& prompt) {
  const std::string padded = " " + run_of(words_of(prompt)) + " ";
  return static_cast<std::size_t>(
      std::count_if(labels.begin(), labels.end(), [&](const std::string& label) {
        const std::string run = run_of(words_of(label));
        return run.empty() ? prompt.find(label) != std::string::npos
                           : padded.find(" " + run + " ") != std::string::npos;
      }));
}

}  // namespace zopo::write
