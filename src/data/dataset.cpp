#include "zopo/data/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "dataset_layout.h"
#include "number.h"
#include "promptfoo.h"
#include "record_shapes.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

// Which fields of all records are the input and the output.
struct RecordLayout {
  std::string input, output;        // "" where the input is made of others
  std::vector<std::string> before;  // fields that stand before the input, where a record has them
  std::string choices;              // the field of choices that stands after the input
  bool letters = false;             // the answer is a letter of these
  bool cause_and_effect = false;
  std::vector<std::string> joined;  // instead of an input: the fields that the prompt shows
};

std::string fields_there(const Record& record) {
  const std::vector<std::string> names = member_names(record.value);
  return names.empty() ? "It has no fields." : "Its fields are " + join(names, ", ") + ".";
}

template <std::size_t n>
std::string known_field(const RecordValue& value, const char* const (&known)[n]) {
  for (const char* name : known) {
    if (value.contains(name)) return name;
  }
  return "";
}

[[noreturn]] void refuse_unknown(const Record& record, const std::string& role) {
  bad_data(record.where,
           fmt::format("cannot tell which field is the {} among {}. Name it in the task file: "
                       "\"data\": {{\"fields\": {{\"{}\": \"..\"}}}}.{}",
                       role, join(member_names(record.value), ", "), role,
                       record.where.ends_with(":2")
                           ? " If these are no names, the file has no header row: add one."
                           : ""));
}

// A field by its name, or else by JSON pointer.
const RecordValue* named_value(const RecordValue& record, const std::string& name) {
  if (const RecordValue* member = member_of(record, name)) return member;
  if (!name.starts_with('/')) return nullptr;
  try {
    const RecordValue::json_pointer pointer(name);
    const RecordValue* value = record.contains(pointer) ? &record[pointer] : nullptr;
    return value == nullptr || value->is_null() ? nullptr : value;
  } catch (const RecordValue::exception&) {
    return nullptr;
  }
}

[[noreturn]] void refuse_missing(const Record& record, const std::string& field) {
  const std::vector<std::string> names = member_names(record.value);
  if (record.value.contains(field)) {
    bad_data(record.where, fmt::format("the field \"{}\" is null. Give it a value or remove the "
                                       "record.",
                                       field));
  }
  const std::string advice = did_you_mean(field, names);
  bad_data(record.where, fmt::format("the field \"{}\" is missing{} {}", field,
                                     advice.empty() ? "." : advice, fields_there(record)));
}

const RecordValue& required_value(const Record& record, const std::string& field) {
  const RecordValue* value = named_value(record.value, field);
  if (value == nullptr) refuse_missing(record, field);
  const bool empty_list = value->is_structured() && value->empty();
  if (empty_list) {
    bad_data(record.where, fmt::format("the field \"{}\" holds no text: it is an empty list or "
                                       "object. Give it a value or remove the record.",
                                       field));
  }
  return *value;
}

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

// Do all records that have the field say the same in it, and are there several?
bool is_constant(const std::vector<Record>& records, const std::string& field) {
  if (records.size() < 2) return false;
  return std::all_of(records.begin(), records.end(), [&](const Record& record) {
    const RecordValue* value = member_of(record.value, field);
    return value != nullptr && *value == *member_of(records.front().value, field);
  });
}

class LayoutFinder {
 public:
  LayoutFinder(const std::vector<Record>& records, const FieldMap& fields)
      : records_(records), first_(records.front()), fields_(fields) {}

  RecordLayout find() const {
    const RecordValue& record = first_.value;
    RecordLayout layout;
    if (!fields_.input && !fields_.output && !record.contains("input") &&
        record.contains("cause") && record.contains("effect")) {
      layout.input = "effect";
      layout.output = "cause";
      layout.cause_and_effect = true;
      return layout;
    }
    layout.output = fields_.output ? *fields_.output : known_field(record, kKnownOutputs);
    if (layout.output.empty()) refuse_unknown(first_, "output");
    find_input(layout);
    find_companions(layout);
    return layout;
  }

 private:
  bool is_shown(const std::string& field) const { return fields_.shown.contains(field); }

  void find_input(RecordLayout& layout) const {
    const RecordValue& record = first_.value;
    if (fields_.input) {
      layout.input = *fields_.input;
      return;
    }
    // One variable beside the expected text can only be the input.
    if (layout.output == kPromptfooExpected) {
      std::vector<std::string> variables = member_names(record);
      std::erase_if(variables, [](const std::string& name) { return name.starts_with("__"); });
      if (variables.size() == 1) {
        layout.input = variables.front();
        return;
      }
    }
    if (member_of(record, "instruction") != nullptr && !is_constant(records_, "instruction") &&
        !record.contains("question")) {
      layout.before = {"instruction"};
      layout.input = known_field(record, kKnownInputs);
      if (layout.input.empty() && record.contains("context")) layout.input = "context";
      return;
    }
    layout.input = known_field(record, kKnownInputs);
    if (layout.input == layout.output) layout.input.clear();
    if (!layout.input.empty()) return;
    for (const std::string& name : fields_.shown) {
      if (record.contains(name) && name != layout.output) layout.joined.push_back(name);
    }
    if (layout.joined.empty()) refuse_unknown(first_, "input");
  }

  // What a question cannot do without.
  void find_companions(RecordLayout& layout) const {
    const RecordValue& record = first_.value;
    const std::string choices = choices_field(record);
    if (!choices.empty() && choices != layout.output) {
      const bool appended = !fields_.input && layout.joined.empty() && !is_shown(choices);
      if (appended) layout.choices = choices;
      layout.letters = appended || is_shown(choices);
    }
    if (fields_.input || layout.input != "question") return;
    for (const char* companion : {"context", "passage"}) {
      const RecordValue* value = member_of(record, companion);
      if (value != nullptr && value->is_string() && !is_shown(companion))
        layout.before.emplace_back(companion);
    }
  }

  const std::vector<Record>& records_;
  const Record& first_;
  const FieldMap& fields_;
};

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
    if (trim(example.input).empty() && (fields_.shown.empty() || fields_.shown.contains("input"))) {
      bad_data(record.where,
               fmt::format("the input ({}) is empty: the model would be asked nothing. "
                           "Give it a text or remove the record. {}",
                           layout_.input, fields_there(record)));
    }
    for (const auto& [name, value] : record.value.items()) {
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
      if (value != nullptr && !trim(value_text(*value)).empty())
        parts.push_back(value_text(*value));
    };
    for (const std::string& name : layout_.before) add(name);
    for (const std::string& name : layout_.joined) add(name);
    // Beside an instruction the input may be empty or missing.
    const bool optional = !parts.empty() && layout_.before.front() == "instruction";
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

  static std::optional<std::size_t> choice_index(const RecordValue& choices,
                                                 const std::string& text) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (value_text(choices[i]) == text) return i;
    }
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (fold_case(choice_letter(i)) == fold_case(trim(text))) return i;
    }
    const std::optional<std::size_t> index = index_in(text);
    return index && *index < choices.size() ? index : std::nullopt;
  }

  const RecordLayout& layout_;
  const FieldMap& fields_;
  bool has_objects_ = false;
  bool whole_numbers_ = true;  // are all outputs so far?
};

std::string words_for(const RecordLayout& layout) {
  std::vector<std::string> parts = layout.before;
  parts.insert(parts.end(), layout.joined.begin(), layout.joined.end());
  if (!layout.input.empty()) parts.push_back(layout.input);
  if (!layout.choices.empty()) parts.push_back(layout.choices + " as lettered lines");
  const std::string input =
      layout.cause_and_effect ? "cause and effect as two sentences" : join(parts, " + ");
  return fmt::format("input: {}; output: {}{}", input, layout.output,
                     layout.letters ? " (a letter)" : "");
}

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
  read_promptfoo(records, std::filesystem::path(name).parent_path());
  const RecordLayout layout = LayoutFinder(records, fields).find();
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
