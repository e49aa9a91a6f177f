// Records -> examples, by the layout of the first. Called by run for each side of the data and by
// zopo init.

#include "zopo/data/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "data/promptfoo/test_cases.h"
#include "dataset_layout.h"
#include "record_layout.h"
#include "record_shapes.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/number.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

bool is_scalar_list(const RecordValue& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), is_scalar_value);
}

// Several texts of a list, one of anything else.
std::vector<std::string> value_texts(const RecordValue& value) {
  if (!is_scalar_list(value)) return {value_text(value)};
  std::vector<std::string> texts;
  for (const RecordValue& item : value) texts.push_back(value_text(item));
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

// {{name}} of a field.
std::string field_text(const std::string& name,
                       const RecordValue& value,
                       const RecordValue& record) {
  return name == choices_field(record) ? lettered_lines(value) : value_text(value);
}

// Examples of one layout.
class ExampleReader {
 public:
  ExampleReader(const RecordLayout& layout, const FieldMap& fields)
      : layout_(layout), fields_(fields) {}

  Example read(const Record& record) {
    if (!record.value.is_object()) bad_data(record.where, "expected an object with named fields.");
    Example example;
    example.where = record.where;
    example.references = references(record);
    example.input = input(record, example.references.front());
    const bool is_shown = fields_.shown.empty() || fields_.shown.contains("input") ||
                          fields_.shown.contains(layout_.input);
    if (trim(example.input).empty() && is_shown) {
      bad_data(record.where,
               fmt::format("the input ({}) is empty: the model would be asked nothing. "
                           "Give it a text or remove the record. {}",
                           layout_.input, fields_there(record)));
    }
    for (const auto& [name, value] : record.value.items()) {
      if (name == layout_.input && name != "input" && fields_.shown.contains(name))
        example.fields[name] = example.input;  // {{question}} is {{input}}
      if (value.is_null() || name == layout_.input || name == layout_.output) continue;
      if (is_part_of_input(name) && !fields_.shown.contains(name)) continue;
      if (name == kPromptfooAssertions) {
        example.assertions = value_text(value);
      } else {
        example.fields[name] = field_text(name, value, record.value);
      }
    }
    return example;
  }

  bool has_objects() const { return has_objects_; }
  bool has_whole_numbers() const { return whole_numbers_; }

 private:
  bool is_part_of_input(const std::string& name) const {
    const auto in = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    return name == layout_.choices || in(layout_.before) || in(layout_.joined);
  }

  std::string input(const Record& record, const std::string& reference) const {
    if (layout_.cause_and_effect)
      return two_sentences(reference, value_text(required_value(record, layout_.input)));
    std::vector<std::string> parts;
    const auto add = [&](const std::string& name) {
      const RecordValue* value = member_of(record.value, name);
      if (value == nullptr) return;
      const std::string text = join(value_texts(*value), "\n\n");  // passages, one after another
      if (!trim(text).empty()) parts.push_back(text);
    };
    for (const std::string& name : layout_.before) add(name);
    for (const std::string& name : layout_.joined) add(name);
    // Beside an instruction the input may be empty or missing.
    const bool optional =
        !parts.empty() && !layout_.before.empty() && layout_.before.front() == "instruction";
    if (optional && !layout_.input.empty()) {
      add(layout_.input);
    } else if (!layout_.input.empty()) {
      const std::string own = join(value_texts(required_value(record, layout_.input)), ", ");
      if (!trim(own).empty() || parts.empty()) parts.push_back(own);
    }
    std::string text = join(parts, "\n\n");
    if (!layout_.choices.empty() && !trim(text).empty())
      text += "\n" + lettered_lines(required_value(record, layout_.choices));
    return text;
  }

  std::vector<std::string> references(const Record& record) {
    const RecordValue& value = required_value(record, layout_.output);
    has_objects_ |= !is_scalar_value(value) && !is_scalar_list(value);
    std::vector<std::string> texts = value_texts(value);
    const std::string choices = choices_field(record.value);
    if (!choices.empty() && choices != layout_.output)
      return chosen(record, record.value[choices], value, texts);
    if (!fields_.labels.empty()) {
      for (std::string& text : texts) text = label(record, text);
    } else if (texts.size() != 1 || !index_in(texts[0])) {
      whole_numbers_ = false;
    }
    if (layout_.output == "answer") {
      for (std::string& text : texts) text = gsm8k_answer(text);
    }
    return texts;
  }

  static std::optional<std::size_t> index_in(const std::string& text) {
    std::size_t index = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, index);
    if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return index;
  }

  std::string label(const Record& record, const std::string& text) const {
    const std::optional<std::size_t> index = index_in(text);
    if (index && *index < fields_.labels.size()) return fields_.labels[*index];
    const auto& labels = fields_.labels;
    if (std::find(labels.begin(), labels.end(), text) != labels.end()) return text;
    bad_data(record.where,
             fmt::format("the output {:?} is neither a number from 0 to {} nor one of "
                         "data.labels: {}.",
                         text, labels.size() - 1, join(labels, ", ")));
  }

  // The letter of the right choice, and its text; what names no choice stays as it is.
  std::vector<std::string> chosen(const Record& record,
                                  const RecordValue& choices,
                                  const RecordValue& value,
                                  const std::vector<std::string>& texts) {
    whole_numbers_ = false;
    std::vector<std::string> references;
    for (const std::string& text : texts) {
      const std::optional<std::size_t> index = choice_index(choices, text);
      if (!index && is_number_value(value)) {
        bad_data(record.where, fmt::format("the answer {} is not the index of one of {} choices, "
                                           "counted from 0.",
                                           text, choices.size()));
      }
      if (!index && layout_.letters && is_letter(text)) {
        bad_data(record.where, fmt::format("the answer {} is the letter of none of {} choices.",
                                           trim(text), choices.size()));
      }
      if (!index || (!layout_.letters && !is_number_value(value))) {
        references.push_back(text);
        continue;
      }
      if (layout_.letters) references.push_back(choice_letter(*index));
      if (!layout_.letters || !fields_.letters_only)
        references.push_back(value_text(choices[*index]));
    }
    return references;
  }

  static bool is_letter(const std::string& text) {
    const std::string_view one = trim(text);
    return one.size() == 1 && one[0] >= 'A' && one[0] <= 'Z';
  }

  static std::optional<std::size_t> choice_index(const RecordValue& choices,
                                                 const std::string& text) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (value_text(choices[i]) == text) return i;
    }
    const std::string folded = fold_case(trim(text));
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (fold_case(choice_letter(i)) == folded) return i;
    }
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (fold_case(trim(value_text(choices[i]))) == folded) return i;
    }
    const std::optional<std::size_t> index = index_in(text);
    return index && *index < choices.size() ? index : std::nullopt;
  }

  const RecordLayout& layout_;
  const FieldMap& fields_;
  bool has_objects_ = false;
  bool whole_numbers_ = true;  // are all outputs so far?
};

}  // namespace

Dataset dataset_of(RecordSet set, const std::string& name, const FieldMap& fields) {
  std::vector<Record>& records = set.records;
  if (records.empty()) {
    throw Failure(ErrorKind::data, name + ": no examples. Add at least one record.");
  }
  for (Record& record : records) {
    if (!record.value.is_object()) bad_data(record.where, "expected an object with named fields.");
    const bool named = (fields.input && named_value(record.value, *fields.input) != nullptr) ||
                       (fields.output && named_value(record.value, *fields.output) != nullptr);
    if (!named) flatten_record(record);
  }
  read_promptfoo(records, std::filesystem::path(name).parent_path(), !fields.scored_elsewhere);
  const RecordLayout layout = find_layout(records, fields);
  Dataset dataset{name, {}};
  ExampleReader reader(layout, fields);
  for (const Record& record : records) dataset.examples.push_back(reader.read(record));
  dataset.has_objects = reader.has_objects();
  dataset.layout = (set.container.empty() ? "" : set.container + "; ") + words_for(layout);
  if (reader.has_whole_numbers() && layout.output == "label" && fields.labels.empty()) {
    dataset.notes.push_back(
        name +
        ": the labels are whole numbers, which a model can only guess. Say what "
        "they stand for: \"data\": {\"labels\": [\"negative\", "
        "\"positive\"]}, from 0 on.");
  }
  return dataset;
}

Dataset dataset_of(std::vector<Record> records, const std::string& name, const FieldMap& fields) {
  return dataset_of(RecordSet{std::move(records), ""}, name, fields);
}

Dataset load_dataset(const std::filesystem::path& file, const FieldMap& fields) {
  return dataset_of(load_records(file, fields.side), file.string(), fields);
}

}  // namespace zopo::data
