// Tells input and output by what the fields hold. Called by zopo init.

#include "zopo/data/guessed_fields.h"

#include <algorithm>
#include <set>

#include "record_shapes.h"
#include "records.h"

namespace zopo::data {
namespace {

template <std::size_t n>
bool is_known(const std::string& name, const char* const (&known)[n]) {
  return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

std::size_t different_values(const std::vector<Record>& records, const std::string& name) {
  std::set<std::string> values;
  for (const Record& record : records) {
    const RecordValue* const value = member_of(record.value, name);
    if (value != nullptr) values.insert(value_text(*value));
  }
  return values.size();
}

bool has_two_texts(const RecordValue& record) {
  return record.is_object() && record.size() == 2 &&
         std::all_of(record.begin(), record.end(),
                     [](const RecordValue& value) { return is_scalar_value(value); });
}

}  // namespace

std::optional<FieldMap> guessed_fields(const std::filesystem::path& file, const std::string& side) {
  const std::vector<Record> records = load_records(file, side).records;
  if (records.empty() || !has_two_texts(records.front().value)) return std::nullopt;
  const std::vector<std::string> names = member_names(records.front().value);
  FieldMap fields{names[0], names[1]};
  for (const std::size_t i : {0, 1}) {
    const std::string &one = names[i], &other = names[1 - i];
    const bool is_input = is_known(one, kKnownInputs), is_output = is_known(one, kKnownOutputs);
    if (is_input && is_known(other, kKnownOutputs)) return std::nullopt;
    if (is_input) return FieldMap{one, other};
    if (is_output) return FieldMap{other, one};
  }
  const std::size_t first = different_values(records, names[0]),
                    second = different_values(records, names[1]);
  if (first * 2 <= records.size() && first < second) std::swap(fields.input, fields.output);
  return fields;
}

}  // namespace zopo::data
