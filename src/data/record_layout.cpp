// Finds input and output by the names of the fields. Called by dataset.cpp for the first record.

#include "record_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/promptfoo/test_cases.h"
#include "record_shapes.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

template <std::size_t n>
std::string known_field(const RecordValue& value, const char* const (&known)[n]) {
  for (const char* name : known) {
    if (value.contains(name)) return name;
  }
  // "Question", "ANSWER"
  for (const char* name : known) {
    for (const std::string& own : member_names(value)) {
      if (fold_case(own) == fold_case(name)) return own;
    }
  }
  return "";
}

[[noreturn]] void refuse_unknown(const Record& record, const std::string& role) {
  std::vector<std::string> names = member_names(record.value);
  std::erase_if(names, [](const std::string& name) { return name.starts_with("__"); });
  const std::string shown = role == "input" && !names.empty()
                                ? ", or show them in the prompt: {{" + names.front() + "}}"
                                : "";
  const bool headed = record.where.ends_with(".csv:2") || record.where.ends_with(".tsv:2");
  bad_data(
      record.where,
      fmt::format("cannot tell which field is the {} among {}. Name it in the task file: "
                  "\"data\": {{\"fields\": {{\"{}\": \"..\"}}}}{}; or to zopo init: --{} NAME.{}",
                  role, join(names, ", "), role, shown, role,
                  headed ? " If these are no names, the file has no header row: add one." : ""));
}

[[noreturn]] void refuse_missing(const Record& record, const std::string& field) {
  const std::vector<std::string> names = member_names(record.value);
  if (record.value.contains(field)) {
    bad_data(record.where, fmt::format("the field \"{}\" is null, or NaN. Give it a value or "
                                       "remove the record.",
                                       field));
  }
  const std::string advice = did_you_mean(field, names);
  bad_data(record.where, fmt::format("the field \"{}\" is missing{} {}", field,
                                     advice.empty() ? "." : advice, fields_there(record)));
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
      const bool texts =
          value != nullptr && (value->is_string() || (value->is_structured() && !value->empty()));
      if (texts && !is_shown(companion)) layout.before.emplace_back(companion);
    }
  }

  const std::vector<Record>& records_;
  const Record& first_;
  const FieldMap& fields_;
};

}  // namespace

RecordLayout find_layout(const std::vector<Record>& records, const FieldMap& fields) {
  return LayoutFinder(records, fields).find();
}

std::string words_for(const RecordLayout& layout) {
  std::vector<std::string> parts = layout.before;
  parts.insert(parts.end(), layout.joined.begin(), layout.joined.end());
  if (!layout.input.empty()) parts.push_back(layout.input);
  if (!layout.choices.empty()) parts.push_back(layout.choices + " as lettered lines");
  const std::string input =
      layout.cause_and_effect ? "cause and effect as two sentences" : join(parts, " + ");
  const bool assertions = layout.output == kPromptfooExpected;
  return fmt::format("input: {}; output: {}{}", input,
                     assertions ? "promptfoo's assertions" : layout.output,
                     layout.letters ? " (a letter)" : "");
}

std::string fields_there(const Record& record) {
  const std::vector<std::string> names = member_names(record.value);
  return names.empty() ? "It has no fields." : "Its fields are " + join(names, ", ") + ".";
}

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

}  // namespace zopo::data
