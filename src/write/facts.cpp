// The outputs' form as the examples show it.
#include "zopo/write/facts.h"

#include <algorithm>
#include <cctype>

#include "write/words.h"
#include "zopo/base/text.h"
#include "zopo/data/output_form.h"

namespace zopo::write {
namespace {

constexpr std::size_t kMostLabels = 20, kLongestHead = 20;

bool is_one_word(const std::string& text) {
  return !trim(text).empty() && trim(text).find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_one_line(const std::string& text) { return text.find('\n') == std::string::npos; }

bool is_one_letter(const std::string& text) {
  const std::vector<char32_t> points = code_points(trim(text));
  return points.size() == 1 &&
         (points.front() > 127 || std::isalpha(static_cast<int>(points.front())));
}

bool is_one_sentence(const std::string& text) {
  const std::string_view line = trim(text);
  return is_one_line(text) && line.find(' ') != line.npos &&
         std::string_view(".!?").find(line.back()) != std::string_view::npos;
}

// An item of a list without its bullet, letter or number: "- x", "(A) x", "b) x", "1. x".
std::string_view item_in(std::string_view text) {
  std::string_view item = trim(text);
  if (item.starts_with("- ") || item.starts_with("* ")) return trim(item.substr(2));
  const std::size_t end = item.substr(0, 4).find_first_of(").");
  const bool is_marked =
      end != item.npos && end > 0 && end + 1 < item.size() && item[end + 1] == ' ';
  return is_marked ? trim(item.substr(end + 2)) : item;
}

// Does the input list what may be answered, as lines or between bars, and is this one of it?
bool is_a_choice(const std::string& input, const std::string& output) {
  const std::string answer = fold_case(trim(output));
  for (const std::string_view line : split_lines(input)) {
    // "Options: a | b" begins with a word for them.
    const std::size_t colon = line.find(": ");
    const bool has_head = colon <= kLongestHead;  // npos is larger
    const std::string_view listed = has_head ? line.substr(colon + 2) : line;
    const bool has_bars = listed.find('|') != listed.npos;
    if (!has_bars && item_in(line) == trim(line)) continue;
    for (const std::string& part : split(std::string(has_bars ? listed : line), '|'))
      if (fold_case(item_in(part)) == answer) return true;
  }
  return false;
}

bool is_in_a_word(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
}

// Whole words of the input, as they stand there.
bool is_copied(const std::string& input, const std::string& output) {
  const std::string_view answer = trim(output);
  if (answer.size() < 2) return false;
  for (std::size_t at = input.find(answer); at != input.npos; at = input.find(answer, at + 1)) {
    const bool begins = at == 0 || !is_in_a_word(input, at - 1);
    if (begins && !is_in_a_word(input, at + answer.size())) return true;
  }
  return false;
}

// What all outputs are; the most telling form first.
std::string form_of(const data::Dataset& train, const data::OutputForm& seen) {
  struct Form {
    const char* name;
    bool (*holds)(const std::string& input, const std::string& output);
    std::size_t examples;  // so many at least before this is believed
  };
  static constexpr Form kForms[] = {
      {"one letter", [](const auto&, const auto& output) { return is_one_letter(output); }, 2},
      {"one of the choices that the input lists", is_a_choice, 4},
      {"one word copied from the input",
       [](const auto& input, const auto& output) {
         return is_one_word(output) && is_copied(input, output);
       },
       8},
      {"words copied from the input", is_copied, 8},
      {"one word", [](const auto&, const auto& output) { return is_one_word(output); }, 2},
      {"one sentence", [](const auto&, const auto& output) { return is_one_sentence(output); }, 2},
      {"one line", [](const auto&, const auto& output) { return is_one_line(output); }, 2}};
  if (train.examples.size() >= 2 && seen.are_bare_numbers) return "a number";
  if (train.examples.size() >= 2 && seen.kind == data::OutputForm::Kind::json) return "JSON";
  for (const Form& form : kForms) {
    const bool all = std::all_of(train.examples.begin(), train.examples.end(),
                                 [&](const data::Example& example) {
                                   return form.holds(example.input, example.references.front());
                                 });
    if (all && train.examples.size() >= form.examples) return form.name;
  }
  return "";
}

// Few, met again, and hardly any that came once: those tell how many others there may be (Good
// 1953: the share of outputs met once is about the share of what is still unseen). Stricter than
// data::OutputForm's labels, for a prompt that names some and not all misleads.
std::vector<std::string> labels_of(const data::OutputForm& seen, std::size_t examples) {
  const std::vector<data::OutputForm::Label>& distinct = seen.distinct;
  const auto once = static_cast<std::size_t>(
      std::count_if(distinct.begin(), distinct.end(),
                    [](const data::OutputForm::Label& label) { return label.count == 1; }));
  const bool is_open = once > 2 && once > examples / 7;
  const bool are_few = distinct.size() > 1 && distinct.size() <= kMostLabels &&
                       3 * distinct.size() <= 2 * examples && 2 * once <= distinct.size();
  std::vector<std::string> labels;
  if (!are_few || is_open) return labels;
  for (const data::OutputForm::Label& label : distinct) labels.push_back(label.text);
  return labels;
}

}  // namespace

TaskFacts facts_of(const data::Dataset& train) {
  TaskFacts facts;
  const data::OutputForm seen = data::output_form(train);
  facts.labels = labels_of(seen, train.examples.size());
  if (facts.labels.empty()) facts.output_form = form_of(train, seen);
  for (const data::Example& example : train.examples) {
    facts.inputs_have_lines = facts.inputs_have_lines || !is_one_line(example.input);
  }
  return facts;
}

bool are_words(const std::vector<std::string>& labels) {
  return std::none_of(labels.begin(), labels.end(), data::is_bare_number);
}

std::string said_form(const TaskFacts& facts) {
  if (!facts.labels.empty()) return "Answer with one of: " + join(facts.labels, ", ") + ".";
  if (facts.output_form.empty()) return "";
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
