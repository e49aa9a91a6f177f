// JSON files -> records, whatever holds them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "data/promptfoo/test_cases.h"
#include "records.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr int kDeepestContainer = 4;  // {"data": {"train": {"question": [..]}}}

bool is_count(const std::string& key) {
  return !key.empty() && key.size() < 19 &&
         key.find_first_not_of("0123456789") == std::string::npos;
}

bool all_counts(const std::vector<std::string>& keys) {
  return !keys.empty() && std::all_of(keys.begin(), keys.end(), is_count);
}

std::vector<Record> list_records(RecordValue& list, const std::string& place) {
  std::vector<Record> records;
  records.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    records.push_back({fmt::format("{}/{}", place, i), std::move(list[i])});
  return records;
}

// "2" before "10"; any other keys as they stand.
std::vector<Record> keyed_records(RecordValue& object, const std::string& place) {
  std::vector<std::pair<std::string, RecordValue*>> members;
  for (auto& [key, value] : object.items()) members.emplace_back(key, &value);
  if (all_counts(member_names(object))) {
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
      return std::stoll(a.first) < std::stoll(b.first);
    });
  }
  std::vector<Record> records;
  for (auto& [key, value] : members)
    records.push_back({fmt::format("{}/{}", place, key), std::move(*value)});
  return records;
}

// The rows of {"question": [..], "answer": [..]}: as many as every column has.
std::optional<std::size_t> column_length(const RecordValue& object) {
  if (!object.is_object() || object.empty()) return std::nullopt;
  const std::size_t length = object.begin()->size();
  for (const auto& [name, column] : object.items()) {
    if (!column.is_array() || column.size() != length) return std::nullopt;
  }
  return length;
}

std::vector<Record> column_records(RecordValue& object,
                                   std::size_t length,
                                   const std::string& place) {
  std::vector<Record> records(length);
  for (std::size_t i = 0; i < length; ++i)
    records[i] = {fmt::format("{} row {}", place, i), RecordValue::object()};
  for (auto& [name, column] : object.items()) {
    for (std::size_t i = 0; i < length; ++i)
      add_member(records[i].value, name, std::move(column[i]));
  }
  return records;
}

// pandas' to_json(): {"question": {"0": "a", "1": "b"}, "answer": {"0": "x", "1": "y"}}
bool is_indexed_columns(const RecordValue& object) {
  if (!object.is_object() || object.empty() || all_counts(member_names(object))) return false;
  return std::all_of(object.begin(), object.end(), [](const RecordValue& column) {
    return column.is_object() && all_counts(member_names(column));
  });
}

void to_plain_columns(RecordValue& object) {
  for (auto& [name, column] : object.items()) {
    RecordValue list = RecordValue::array();
    for (Record& cell : keyed_records(column, "")) list.push_back(std::move(cell.value));
    column = std::move(list);
  }
}

// pandas' orient="split": {"columns": [..], "index": [..], "data": [[..], ..]}
bool is_split_frame(const RecordValue& object) {
  const RecordValue* columns = member_of(object, "columns");
  const RecordValue* rows = member_of(object, "data");
  if (columns == nullptr || rows == nullptr || !columns->is_array() || !rows->is_array())
    return false;
  return std::all_of(columns->begin(), columns->end(),
                     [](const RecordValue& name) { return name.is_string(); }) &&
         std::all_of(rows->begin(), rows->end(), [&](const RecordValue& row) {
           return row.is_array() && row.size() == columns->size();
         });
}

void to_named_rows(RecordValue& object) {
  RecordValue rows = RecordValue::array();
  for (RecordValue& row : object["data"]) {
    RecordValue named = RecordValue::object();
    for (std::size_t i = 0; i < row.size(); ++i)
      named[object["columns"][i].get<std::string>()] = std::move(row[i]);
    rows.push_back(std::move(named));
  }
  object = std::move(rows);
}

// SQuAD's articles: {"title", "paragraphs": [{"context", "qas": [{"question", "answers"}]}]}
bool is_article(const RecordValue& value) {
  const RecordValue* paragraphs = member_of(value, "paragraphs");
  return paragraphs != nullptr && paragraphs->is_array();
}

std::vector<Record> questions_of(std::vector<Record> articles) {
  std::vector<Record> questions;
  for (Record& article : articles) {
    if (!is_article(article.value)) bad_data(article.where, "expected an article's paragraphs.");
    for (Record& paragraph :
         list_records(article.value["paragraphs"], article.where + "/paragraphs")) {
      const RecordValue* context = member_of(paragraph.value, "context");
      const RecordValue* qas = member_of(paragraph.value, "qas");
      if (context == nullptr || qas == nullptr || !qas->is_array())
        bad_data(paragraph.where, "expected a paragraph with \"context\" and \"qas\".");
      for (Record& question : list_records(paragraph.value["qas"], paragraph.where + "/qas")) {
        if (!question.value.is_object()) bad_data(question.where, "expected a question.");
        question.value["context"] = *context;
        questions.push_back(std::move(question));
      }
    }
  }
  return questions;
}

// {"row_idx": 0, "row": {..}}, as the dataset viewer of Hugging Face answers.
std::vector<Record> unwrapped(std::vector<Record> records) {
  for (Record& record : records) {
    const RecordValue* row = member_of(record.value, "row");
    if (row != nullptr && row->is_object() && record.value.contains("row_idx")) {
      RecordValue inner = *row;
      record.value = std::move(inner);
    }
  }
  return records;
}

bool holds_records(const RecordValue& list) { return !list.empty() && list.front().is_object(); }

std::vector<std::string> splits_of(const RecordValue& value) {
  constexpr std::array<const char*, 7> kSplits = {"train", "dev",  "validation", "valid",
                                                  "val",   "eval", "test"};
  std::vector<std::string> there;
  for (const char* split : kSplits) {
    if (value.contains(split) && value[split].is_structured()) there.emplace_back(split);
  }
  // A column may be called like a split.
  if (!there.empty() && column_length(value) && !holds_records(value[there.front()])) return {};
  return there;
}

class ContainerReader {
 public:
  ContainerReader(const std::string& name, const std::string& side) : name_(name), side_(side) {}

  RecordSet read(RecordValue& value, const std::string& place, int depth = 0) const {
    if (value.is_array()) return from_list(value, place);
    if (!value.is_object() || depth == kDeepestContainer) refuse(value, place);
    if (is_split_frame(value)) {
      to_named_rows(value);
      return {list_records(value, place + "/data"), "JSON, a list of columns and one of rows"};
    }
    if (value.contains("tests") && value["tests"].is_array())
      return {promptfoo_records(std::move(value), name_), "promptfoo's test cases"};
    for (const char* key : {"examples", "data", "rows", "instances", "records", "items"}) {
      if (!value.contains(key) || !value[key].is_structured()) continue;
      if (column_length(value) && !holds_records(value[key])) continue;
      RecordSet set = read(value[key], place + "/" + key, depth + 1);
      set.container = fmt::format("{}, under \"{}\"", set.container, key);
      return set;
    }
    if (const auto split = wanted_split(value)) {
      RecordSet set = read(value[*split], place + "/" + *split, depth + 1);
      set.container = fmt::format("{}, the split \"{}\"", set.container, *split);
      return set;
    }
    return from_object(value, place);
  }

 private:
  static RecordSet from_list(RecordValue& value, const std::string& place) {
    std::vector<Record> records = unwrapped(list_records(value, place));
    if (!records.empty() && is_article(records.front().value))
      return {questions_of(std::move(records)), "SQuAD's articles"};
    return {std::move(records), "a JSON list"};
  }

  RecordSet from_object(RecordValue& value, const std::string& place) const {
    const bool indexed = is_indexed_columns(value);
    if (indexed) to_plain_columns(value);
    if (const auto length = column_length(value))
      return {column_records(value, *length, place), "JSON, a list a column"};
    const bool records =
        !value.empty() && std::all_of(value.begin(), value.end(),
                                      [](const RecordValue& one) { return one.is_object(); });
    if (records || (value.empty() && place != name_ + ": "))
      return {keyed_records(value, place), "a JSON object of records"};
    refuse(value, place);
  }

  // The split that side asks for, the only one there is, or nothing where there are none.
  std::optional<std::string> wanted_split(const RecordValue& value) const {
    const std::vector<std::string> there = splits_of(value);
    if (there.empty()) return std::nullopt;
    if (there.size() == 1) return there.front();
    const auto has = [&](const std::string& split) {
      return std::find(there.begin(), there.end(), split) != there.end();
    };
    if (has(side_)) return side_;
    if (side_ == "dev") {
      // What is not sealed: train, where there is nothing between it and test.
      for (const char* split : {"validation", "valid", "val", "eval", "train"}) {
        if (has(split)) return split;
      }
    }
    if (side_.empty())
      bad_data(name_, fmt::format("the file holds the splits {}. Say which is meant: \"data\": "
                                  "{{\"dev\": \"{}\", \"test\": \"{}\"}}.",
                                  join(there, ", "), name_, name_));
    bad_data(name_, fmt::format("the file holds the splits {}, and none of them is \"{}\". Put the "
                                "one you mean into a file of its own.",
                                join(there, ", "), side_));
  }

  [[noreturn]] void refuse(const RecordValue& value, const std::string& place) const {
    const std::vector<std::string> names = member_names(value);
    bad_data(place == name_ + ": " ? name_ : place,
             "expected a list of records, an object that holds one (\"examples\", \"data\", "
             "\"rows\", or a split like \"train\"), or a list a column." +
                 (names.empty() ? std::string() : " Its members are " + join(names, ", ") + "."));
  }

  const std::string& name_;
  const std::string& side_;
};

// Several lines, each of which is an object of its own.
bool is_json_lines(std::string_view text) {
  text = trim(text);
  const std::size_t end = text.find('\n');
  if (!text.starts_with('{') || end == std::string_view::npos) return false;
  const std::string_view first = trim(text.substr(0, end));
  const std::string_view rest = trim(text.substr(end));
  return first.ends_with('}') && rest.starts_with('{') && nlohmann::json::accept(first);
}

}  // namespace

RecordSet json_record_set(std::string_view text, const std::string& name, const std::string& side) {
  text = without_bom(text);
  if (is_json_lines(text)) return {jsonl_records(text, name), "JSON Lines"};
  RecordValue all = parse_record_value(text, {name});
  return ContainerReader(name, side).read(all, name + ": ");
}

std::vector<std::string> json_splits(std::string_view text, const std::string& name) {
  text = without_bom(text);
  if (is_json_lines(text)) return {};
  return splits_of(parse_record_value(text, {name}));
}

std::vector<Record> json_records(std::string_view text, const std::string& name) {
  return json_record_set(text, name, "").records;
}

}  // namespace zopo::data
