// A configuration of promptfoo -> its test cases, each whole.

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "data/matching_files.h"
#include "data/promptfoo/test_cases.h"
#include "data/yaml.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"

namespace zopo::data {
namespace {

using PlaceOf = std::function<std::string(const std::string& pointer)>;

RecordValue object_of(const RecordValue& value, const char* key) {
  const RecordValue* member = member_of(value, key);
  return member != nullptr && member->is_object() ? *member : RecordValue::object();
}

void append_list(RecordValue& list, const RecordValue& value, const char* key) {
  const RecordValue* member = member_of(value, key);
  if (member == nullptr || !member->is_array()) return;
  for (const RecordValue& one : *member) list.push_back(one);
}

// What later ones say wins, their variables are put together, and so are their assertions.
RecordValue merged_test(const RecordValue& before, const RecordValue& test, bool assertions) {
  RecordValue merged = before;
  for (const auto& [key, value] : test.items()) merged[key] = value;
  for (const char* key : {"vars", "options"}) {
    RecordValue both = object_of(before, key);
    const RecordValue own = object_of(test, key);
    for (const auto& [name, value] : own.items()) both[name] = value;
    merged[key] = std::move(both);
  }
  RecordValue list = RecordValue::array();
  if (assertions) append_list(list, before, "assert");
  append_list(list, test, "assert");
  merged["assert"] = std::move(list);
  return merged;
}

class SuiteReader {
 public:
  SuiteReader(const std::string& name, PlaceOf place) : name_(name), place_(std::move(place)) {}

  std::vector<Record> read(RecordValue& document) {
    const RecordValue whole = document;
    follow_references(document, whole, "", 0);
    if (document.is_array()) {
      tests(document, "", RecordValue::object());
      return std::move(records_);
    }
    RecordValue defaults = RecordValue::object();
    if (const RecordValue* given = member_of(document, "defaultTest"))
      defaults = given->is_string() ? file(given->get<std::string>(), "/defaultTest") : *given;
    const bool any =
        document.is_object() && (document.contains("tests") || document.contains("scenarios"));
    if (!any) {
      bad_data(name_,
               "expected a list of test cases, or an object with \"tests\" or \"scenarios\".");
    }
    if (document.contains("tests")) tests(document["tests"], "/tests", defaults);
    if (const RecordValue* list = member_of(document, "scenarios")) scenarios(*list, defaults);
    return std::move(records_);
  }

 private:
  // {"$ref": "#/assertionTemplates/polite"} -> what stands there.
  void follow_references(RecordValue& value,
                         const RecordValue& whole,
                         const std::string& pointer,
                         int depth) const {
    if (const RecordValue* reference = member_of(value, "$ref")) {
      const std::string to = reference->is_string() ? reference->get<std::string>() : "";
      const std::optional<RecordValue> found =
          to.starts_with('#') && depth < kDeepestReference ? at(whole, to.substr(1)) : std::nullopt;
      if (!found) {
        bad_data(place_(pointer), "the $ref \"" + to +
                                      "\" is no \"#/..\" that leads to a place in this file. "
                                      "Write out what it stands for.");
      }
      value = *found;
      return follow_references(value, whole, pointer, depth + 1);
    }
    if (!value.is_structured()) return;
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i)
        follow_references(value[i], whole, fmt::format("{}/{}", pointer, i), depth);
    } else {
      for (auto& [name, member] : value.items())
        follow_references(member, whole, fmt::format("{}/{}", pointer, name), depth);
    }
  }

  static std::optional<RecordValue> at(const RecordValue& whole, const std::string& pointer) {
    try {
      const RecordValue::json_pointer place(pointer);
      if (!whole.contains(place)) return std::nullopt;
      return whole[place];
    } catch (const RecordValue::exception&) {
      return std::nullopt;
    }
  }

  void tests(const RecordValue& list, const std::string& pointer, const RecordValue& defaults) {
    if (list.is_string()) {
      tests_file(list.get<std::string>(), pointer, defaults);
      return;
    }
    if (!list.is_array()) bad_data(place_(pointer), "expected a list of test cases.");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string at = fmt::format("{}/{}", pointer, i);
      if (list[i].is_string())
        tests_file(list[i].get<std::string>(), at, defaults);
      else
        add(place_(at), list[i], defaults);
    }
  }

  void add(const std::string& where, const RecordValue& test, const RecordValue& defaults) {
    if (!test.is_object() || (!test.contains("vars") && !test.contains("assert"))) {
      records_.push_back({where, test});  // a record of another layout, or none
      return;
    }
    const RecordValue options = object_of(test, "options");
    const RecordValue* off = member_of(options, "disableDefaultAsserts");
    const bool with_defaults = off == nullptr || *off != true;
    records_.push_back({where, merged_test(defaults, with_variables(test, where), with_defaults)});
  }

  // "vars" may be a file of them, or a list of files, of which later ones win.
  RecordValue with_variables(RecordValue test, const std::string& where) const {
    const RecordValue* given = member_of(test, "vars");
    if (given == nullptr || given->is_object()) return test;
    const RecordValue names = given->is_array() ? *given : RecordValue::array({*given});
    RecordValue variables = RecordValue::object();
    for (const RecordValue& name : names) {
      if (!name.is_string())
        bad_data(where, "\"vars\" is no object of variables, nor files that hold them.");
      for (const auto& file : paths_of(name.get<std::string>(), where)) {
        const RecordValue read = parse_yaml(read_file(file), file.string()).value;
        if (!read.is_object()) bad_data(file.string(), "expected an object of variables.");
        for (const auto& [own, value] : read.items()) variables[own] = value;
      }
    }
    test["vars"] = std::move(variables);
    return test;
  }

  void scenarios(const RecordValue& list, const RecordValue& defaults) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string at = fmt::format("/scenarios/{}", i);
      const RecordValue* configs = member_of(list[i], "config");
      if (configs == nullptr || !configs->is_array())
        bad_data(place_(at), "a scenario without the list \"config\".");
      const RecordValue* own = member_of(list[i], "tests");
      const RecordValue cases =
          own != nullptr && own->is_array() ? *own : RecordValue::array({RecordValue::object()});
      if (own != nullptr && !own->is_array())
        bad_data(place_(at), "\"tests\" of a scenario: write the list here.");
      for (const RecordValue& config : *configs) {
        for (const RecordValue& test : cases)
          add(place_(at), merged_test(config, test, true), defaults);
      }
    }
  }

  // The files that a reference names, by "*" too.
  std::vector<std::filesystem::path> paths_of(const std::string& reference,
                                              const std::string& where) const {
    constexpr std::string_view kFile = "file://";
    const bool file = reference.starts_with(kFile);
    if (!file && reference.find("://") != std::string::npos)
      bad_data(where, "\"" + reference + "\" is not read. Save it as a file beside this.");
    const auto path = std::filesystem::path(name_).parent_path() /
                      (file ? reference.substr(kFile.size()) : reference);
    std::vector<std::filesystem::path> found = matching_files(path);
    if (std::filesystem::exists(path)) found = {path};
    if (found.empty()) bad_data(where, "no file matches \"" + reference + "\".");
    return found;
  }

  RecordValue file(const std::string& reference, const std::string& pointer) const {
    const std::filesystem::path path = paths_of(reference, place_(pointer)).front();
    return parse_yaml(read_file(path), path.string()).value;
  }

  void tests_file(const std::string& reference,
                  const std::string& pointer,
                  const RecordValue& defaults) {
    for (const auto& path : paths_of(reference, place_(pointer))) {
      if (++files_ > kMostFiles) bad_data(place_(pointer), "more than 10,000 files of tests.");
      for (const Record& record : load_records(path, "").records) {
        const bool test = record.value.is_object() &&
                          (record.value.contains("vars") || record.value.contains("assert"));
        const RecordValue whole = test ? record.value : test_of_row(record.value);
        add(record.where, whole, defaults);
      }
    }
  }

  // A row of CSV as a test, so that the defaults are merged into it.
  static RecordValue test_of_row(const RecordValue& row) {
    if (!row.is_object()) return row;
    RecordValue variables = RecordValue::object(), test = RecordValue::object();
    for (const auto& [name, value] : row.items()) {
      if (name.starts_with("__"))
        test[name] = value;
      else
        variables[name] = value;
    }
    test["vars"] = std::move(variables);
    return test;
  }

  static constexpr int kMostFiles = 10'000, kDeepestReference = 8;
  const std::string& name_;
  PlaceOf place_;
  int files_ = 0;
  std::vector<Record> records_;
};

}  // namespace

std::vector<Record> promptfoo_records(RecordValue document, const std::string& name) {
  return SuiteReader(name, [&](const std::string& pointer) { return name + ": " + pointer; })
      .read(document);
}

std::vector<Record> yaml_records(std::string_view text, const std::string& name) {
  YamlDocument document = parse_yaml(text, name);
  const auto place = [&](const std::string& pointer) {
    const auto line = document.lines.find(pointer);
    return line == document.lines.end() ? name + ": " + pointer
                                        : fmt::format("{}:{}", name, line->second);
  };
  return SuiteReader(name, place).read(document.value);
}

}  // namespace zopo::data
