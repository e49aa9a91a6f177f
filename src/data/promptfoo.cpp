#include "promptfoo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "yaml.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

// Assertions that a reference can stand for, and the metric that scores as they do.
struct AssertionKind {
  std::string_view type, metric;
  bool list;  // its value is several accepted texts
};
constexpr std::array<AssertionKind, 6> kAssertions = {{{"equals", "exact_match", false},
                                                       {"contains", "contains", false},
                                                       {"icontains", "contains", false},
                                                       {"contains-any", "contains", true},
                                                       {"icontains-any", "contains", true},
                                                       {"regex", "regex", false}}};

struct Assertion {
  const AssertionKind* kind = nullptr;
  json references;  // a list of texts
};

const AssertionKind* known(std::string_view type) {
  const auto* found = std::find_if(kAssertions.begin(), kAssertions.end(),
                                   [&](const AssertionKind& kind) { return kind.type == type; });
  return found == kAssertions.end() ? nullptr : found;
}

[[noreturn]] void refuse(const std::string& where, const std::string& type) {
  bad_data(where, "the assertion \"" + type +
                      "\" says no expected text. Use equals, contains, icontains, contains-any, "
                      "icontains-any or regex, or score with a metric of your own.");
}

// "equals:Paris", "icontains-any:a,b" or "Paris". A word before a colon is a type where promptfoo
// knows one of that shape; "Answer: B" is none.
Assertion cell_assertion(const std::string& where, const std::string& cell) {
  const std::size_t colon = cell.find(':');
  const std::string type = cell.substr(0, colon);
  const bool looks_like_type =
      colon != std::string::npos && !type.empty() &&
      type.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
  const AssertionKind* kind = looks_like_type ? known(type) : known("equals");
  if (kind == nullptr) refuse(where, type);
  const std::string value = looks_like_type ? cell.substr(colon + 1) : cell;
  if (!kind->list) return {kind, json::array({value})};
  json texts = json::array();
  for (const std::string& part : split(value, ',')) texts.push_back(std::string(trim(part)));
  return {kind, texts};
}

Assertion object_assertion(const std::string& where, const json& assertion) {
  const std::string type = assertion.is_object() ? assertion.value("type", std::string()) : "";
  const AssertionKind* kind = known(type);
  if (kind == nullptr || !assertion.contains("value")) refuse(where, type);
  const json& value = assertion["value"];
  return {kind, value.is_array() ? value : json::array({value})};
}

bool is_test_case(const json& value) {
  return value.is_object() && value.contains("assert") && value.contains("vars") &&
         value["vars"].is_object();
}

// The variables of a test case, and its one assertion.
Assertion take_case(Record& record) {
  const json assertions = record.value.value("assert", json());
  if (!assertions.is_array() || assertions.size() != 1) {
    bad_data(record.where,
             "expected one \"assert\"; several must all hold, which a reference cannot say.");
  }
  json variables = record.value["vars"];
  record.value = std::move(variables);
  return object_assertion(record.where, assertions[0]);
}

// The columns of a row, without promptfoo's own.
Assertion take_row(Record& record) {
  json variables = json::object();
  for (const auto& [name, value] : record.value.items()) {
    if (name.starts_with("__expected") && name != kPromptfooExpected)
      bad_data(record.where,
               "\"" + name + "\": several assertions must all hold, which a reference cannot say.");
    if (!name.starts_with("__")) variables[name] = value;
  }
  const std::string cell = record.value[kPromptfooExpected].get<std::string>();
  record.value = std::move(variables);
  return cell_assertion(record.where, cell);
}

bool is_row(const json& value) {
  return value.is_object() && value.contains(kPromptfooExpected) &&
         value[kPromptfooExpected].is_string();
}

}  // namespace

void read_promptfoo(std::vector<Record>& records) {
  const AssertionKind* first = nullptr;
  for (Record& record : records) {
    const bool test_case = is_test_case(record.value);
    if (!test_case && !is_row(record.value)) continue;
    const Assertion assertion = test_case ? take_case(record) : take_row(record);
    if (first == nullptr) first = assertion.kind;
    if (assertion.kind->metric != first->metric) {
      bad_data(record.where,
               fmt::format("\"{}\" beside \"{}\": a task has one metric. Put them into "
                           "files of their own.",
                           assertion.kind->type, first->type));
    }
    record.value[kPromptfooExpected] = assertion.references;
  }
}

std::vector<Record> yaml_records(std::string_view text, const std::string& name) {
  json document = parse_yaml(text, name);
  std::string place = name + ": ";
  if (document.is_object() && document.contains("tests")) {
    if (document.contains("defaultTest") && document["defaultTest"].is_object() &&
        document["defaultTest"].contains("assert"))
      bad_data(name,
               "assertions of \"defaultTest\" hold for every case beside its own, which a "
               "reference cannot say.");
    json tests = std::move(document["tests"]);
    document = std::move(tests);
    place += "/tests";
  }
  if (!document.is_array())
    bad_data(name,
             "expected a list of test cases, or an object whose \"tests\" are one. Where they "
             "stand in another file, name that one.");
  std::vector<Record> records;
  for (std::size_t i = 0; i < document.size(); ++i)
    records.push_back({fmt::format("{}/{}", place, i), std::move(document[i])});
  return records;
}

}  // namespace zopo::data
