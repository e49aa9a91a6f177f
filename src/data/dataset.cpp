#include "zopo/data/dataset.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dataset_layout.h"
#include "number.h"
#include "promptfoo.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

struct Layout {
  std::string input, output;
  bool cause_and_effect = false;
};

// Names by which inputs and outputs are known, the more specific output first: Instruction
// Induction's tasks with several accepted answers keep one of them in "output" too.
const char* const kInputs[] = {"input", "question", "items"};
const char* const kOutputs[] = {kPromptfooExpected,
                                "possible_translations",
                                "possible_outputs",
                                "other_rhymes",
                                "all_common_concepts",
                                "outputs",
                                "output",
                                "answers",
                                "answer"};

std::vector<std::string> field_names(const json& record) {
  std::vector<std::string> names;
  for (const auto& [name, value] : record.items()) names.push_back(name);
  return names;
}

template <std::size_t n>
std::string known_field(const Record& record, const char* const (&known)[n], const char* role) {
  for (const char* name : known) {
    if (record.value.contains(name)) return name;
  }
  bad_data(record.where, "cannot tell which field is the " + std::string(role) + " among " +
                             join(field_names(record.value), ", ") +
                             ". Name it in the task file: \"data\": {\"fields\": {\"" + role +
                             "\": \"..\"}}.");
}

Layout layout_of(const Record& first, const FieldMap& fields) {
  const json& record = first.value;
  const bool named = fields.input || fields.output;
  // One variable beside the expected text can only be the input.
  if (!fields.input && record.contains(kPromptfooExpected) && record.size() == 2) {
    const auto one =
        record.begin().key() == kPromptfooExpected ? std::next(record.begin()) : record.begin();
    return {one.key(), fields.output.value_or(kPromptfooExpected)};
  }
  if (!named && !record.contains("input") && record.contains("cause") &&
      record.contains("effect")) {
    return {"effect", "cause", true};
  }
  return {fields.input ? *fields.input : known_field(first, kInputs, "input"),
          fields.output ? *fields.output : known_field(first, kOutputs, "output")};
}

bool is_scalar(const json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

std::string text_of(const json& scalar) {
  return scalar.is_string() ? scalar.get<std::string>() : scalar.dump();
}

// The texts of a field: one, or those of a list.
std::vector<std::string> texts_of(const Record& record, const std::string& field) {
  if (!record.value.contains(field) || record.value[field].is_null()) {
    bad_data(
        record.where, "the field \"" + field + "\" is missing" + [&] {
          const std::string advice = did_you_mean(field, field_names(record.value));
          return advice.empty() ? std::string(".") : advice;
        }());
  }
  const json& value = record.value[field];
  if (is_scalar(value)) return {text_of(value)};
  std::vector<std::string> texts;
  if (value.is_array()) {
    for (const json& item : value) {
      if (!is_scalar(item))
        bad_data(record.where,
                 "the list \"" + field + "\" holds something that is neither text nor number.");
      texts.push_back(text_of(item));
    }
  }
  if (texts.empty())
    bad_data(
        record.where,
        "the field \"" + field +
            "\" holds no text. Expected a text, a number, or a list of them that is not empty.");
  return texts;
}

// GSM8K (Cobbe et al., arXiv 2110.14168): the solution is a text whose last line is "#### 1,234";
// the answer is what follows, without thousands separators.
std::string gsm8k_answer(const std::string& solution) {
  const std::size_t mark = solution.rfind("#### ");
  const bool at_line_start = mark == 0 || (mark != std::string::npos && solution[mark - 1] == '\n');
  if (!at_line_start) return solution;
  const std::string_view answer = trim(std::string_view(solution).substr(mark + 5));
  const std::optional<Number> number = next_number(answer);
  const bool whole = number && number->begin == 0 && number->end == answer.size();
  return whole ? number->plain : std::string(answer);
}

// Instruction Induction picks the order at random; here it depends on the sentences alone, so that
// an example is the same one in every run and in every file.
std::string two_sentences(const std::string& cause, const std::string& effect) {
  Rng rng(0, "cause_and_effect " + cause + " " + effect);
  const bool cause_first = rng.below(2) == 0;
  return "Sentence 1: " + (cause_first ? cause : effect) +
         " Sentence 2: " + (cause_first ? effect : cause);
}

Example example_of(const Record& record, const Layout& layout) {
  if (!record.value.is_object()) bad_data(record.where, "expected an object with named fields.");
  Example example;
  example.input = join(texts_of(record, layout.input), ", ");
  example.references = texts_of(record, layout.output);
  if (layout.cause_and_effect) {
    example.input = two_sentences(example.references.front(), example.input);
  }
  if (layout.output == "answer") {
    for (std::string& reference : example.references) reference = gsm8k_answer(reference);
  }
  for (const auto& [name, value] : record.value.items()) {
    if (is_scalar(value) && name != layout.input && name != layout.output) {
      example.fields[name] = text_of(value);
    }
  }
  return example;
}

}  // namespace

Dataset dataset_of(std::vector<Record> records, const std::string& name, const FieldMap& fields) {
  if (records.empty()) {
    throw Failure(ErrorKind::data, name + ": no examples. Add at least one record.");
  }
  if (!records.front().value.is_object())
    bad_data(records.front().where, "expected an object with named fields.");
  read_promptfoo(records);
  const Layout layout = layout_of(records.front(), fields);
  Dataset dataset{name, {}};
  for (const Record& record : records) dataset.examples.push_back(example_of(record, layout));
  return dataset;
}

Dataset load_dataset(const std::filesystem::path& file, const FieldMap& fields) {
  return dataset_of(load_records(file), file.string(), fields);
}

}  // namespace zopo::data
