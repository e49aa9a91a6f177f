// Reads promptfoo's tests, scenarios and defaults. Called by records.cpp for the files that hold
// such.

#include "data/promptfoo/test_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "data/promptfoo/assertions.h"
#include "data/yaml.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr std::size_t kMostCombinations = 100'000;

bool is_test_case(const RecordValue& value) {
  return value.is_object() && (value.contains("assert") || value.contains("vars"));
}

bool is_expected_column(const std::string& name) { return name.starts_with(kPromptfooExpected); }

bool is_row(const RecordValue& value) {
  if (!value.is_object()) return false;
  return std::any_of(value.items().begin(), value.items().end(), [](const auto& member) {
    return is_expected_column(member.key()) && member.value().is_string();
  });
}

// One test with its variables and what a reply has to pass.
class TestReader {
 public:
  TestReader(Record record, const std::filesystem::path& directory, bool decide)
      : record_(std::move(record)), directory_(directory), decide_(decide) {}

  void read(std::vector<Record>& into) {
    refuse_programs();
    columns();
    const RecordValue* given = member_of(record_.value, "vars");
    if (given != nullptr && !given->is_object())
      bad_data(record_.where, "\"vars\" is no object of variables.");
    std::vector<RecordValue> combined = {RecordValue::object()};
    const RecordValue none = RecordValue::object();
    for (const auto& [name, value] : (given != nullptr ? *given : none).items())
      combined = with(combined, name, value);
    for (RecordValue& variables : combined) into.push_back(test(std::move(variables)));
  }

 private:
  void refuse_programs() const {
    const RecordValue options = record_.value.value("options", RecordValue::object());
    for (const char* key :
         {"transform", "transformVars", "postprocess", "prefix", "suffix", "assertScoringFunction",
          "providerOutput", "provider", "__prefix", "__suffix", "__providerOutput"}) {
      const bool of_grader = std::string_view(key) == "provider";
      const bool there = member_of(record_.value, key) != nullptr ||
                         (!of_grader && member_of(options, key) != nullptr);
      const RecordValue* cell = member_of(record_.value, key);
      if (cell != nullptr && cell->is_string() && cell->get_ref<const std::string&>().empty())
        continue;
      if (there)
        bad_data(record_.where, fmt::format("the test's \"{}\" changes what is asked or answered, "
                                            "which is not done here. Remove it.",
                                            key));
    }
  }

  // A row of CSV: assertions from its columns, variables from the others.
  void columns() {
    if (!is_row(record_.value)) return;
    RecordValue test = RecordValue::object(), variables = RecordValue::object();
    RecordValue assertions = record_.value.value("assert", RecordValue::array());
    for (const auto& [name, value] : record_.value.items()) {
      if (is_expected_column(name)) {
        if (!trim(value_text(value)).empty())
          assertions.push_back(assertion_of_cell(value_text(value)));
      } else if (name == "__threshold") {
        if (!trim(value_text(value)).empty())
          test["threshold"] = std::string(trim(value_text(value)));
      } else if (name.starts_with("__config:")) {
        bad_data(record_.where,
                 "\"" + name + "\": give the threshold in the cell: levenshtein(3):x.");
      } else if (name == "vars" && value.is_object()) {
        for (const auto& [own, text] : value.items()) variables[own] = text;
      } else if (!name.starts_with("__") && !record_.value.contains("vars")) {
        variables[name] = value;
      }
    }
    test["vars"] = std::move(variables);
    test["assert"] = std::move(assertions);
    if (const RecordValue* threshold = member_of(record_.value, "threshold");
        threshold != nullptr && !test.contains("threshold"))
      test["threshold"] = *threshold;
    record_.value = std::move(test);
  }

  // Each of the texts of a list with each combination so far.
  std::vector<RecordValue> with(const std::vector<RecordValue>& combinations,
                                const std::string& name,
                                const RecordValue& value) const {
    const bool several = value.is_array() && !value.empty() && value.front().is_string();
    const std::vector<RecordValue> values =
        several ? std::vector<RecordValue>(value.begin(), value.end())
                : std::vector<RecordValue>{value};
    if (combinations.size() * values.size() > kMostCombinations)
      bad_data(record_.where, "its lists make more than 100,000 tests.");
    std::vector<RecordValue> made;
    for (const RecordValue& combination : combinations) {
      for (const RecordValue& one : values) {
        RecordValue longer = combination;
        longer[name] = loaded(one);
        made.push_back(std::move(longer));
      }
    }
    return made;
  }

  RecordValue loaded(const RecordValue& value) const {
    constexpr std::string_view kFile = "file://";
    if (!value.is_string() || !value.get<std::string>().starts_with(kFile)) return value;
    const std::filesystem::path path = directory_ / value.get<std::string>().substr(kFile.size());
    const std::string extension = lower_extension(path);
    if (extension == ".yaml" || extension == ".yml")
      return value_json(parse_yaml(read_file(path), path.string()).value);
    static const std::set<std::string> kTexts = {".txt", ".md",   ".json", ".html", ".xml",
                                                 ".csv", ".text", ".log",  ".tex",  ""};
    if (!kTexts.contains(extension)) {
      bad_data(record_.where,
               fmt::format("the variable \"{}\" is a file of a kind that is not read "
                           "here. Save what it stands for as a text file.",
                           value.get<std::string>()));
    }
    const std::string text = read_file(path);
    if (!is_valid_utf8(text)) bad_data(path.string(), "not valid UTF-8.");
    return std::string(trim(text));
  }

  // Texts with {{name}} filled in; promptfoo's own file:// in the value of an assertion.
  std::string rendered(const std::string& text, const RecordValue& variables, int depth = 0) const {
    std::string made;
    std::string_view rest = text;
    for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
      const char kind = open + 1 < rest.size() ? rest[open + 1] : ' ';
      made += rest.substr(0, open);
      rest.remove_prefix(open);
      const std::size_t close = rest.find("}}");
      if (kind == '{' && close != std::string_view::npos) {
        made += variable(std::string(trim(rest.substr(2, close - 2))), variables, depth);
        rest.remove_prefix(close + 2);
      } else if (kind == '{' || kind == '%' || kind == '#') {
        refuse_template(text);
      } else {
        made += '{';
        rest.remove_prefix(1);
      }
    }
    return made += rest;
  }

  [[noreturn]] void refuse_template(const std::string& text) const {
    bad_data(record_.where,
             fmt::format("the template {:?} is more than a {{{{name}}}} of one of the test's "
                         "variables. Write out what it stands for.",
                         beginning(text, 80)));
  }

  std::string variable(const std::string& name, const RecordValue& variables, int depth) const {
    constexpr int kDeepestTemplate = 5, kMostTemplates = 10'000;
    const RecordValue* value = member_of(variables, name);
    if (value == nullptr || !is_scalar_value(*value) || depth > kDeepestTemplate)
      refuse_template("{{" + name + "}}");
    if (++templates_ > kMostTemplates)
      bad_data(record_.where, "its variables name each other more than 10,000 times.");
    return rendered(value_text(*value), variables, depth + 1);
  }

  RecordValue rendered_value(const RecordValue& value, const RecordValue& variables) const {
    if (value.is_string()) {
      const std::string text = value.get<std::string>();
      return text.starts_with("file://") ? value_file(text)
                                         : RecordValue(rendered(text, variables));
    }
    if (!value.is_array()) return value;
    RecordValue list = RecordValue::array();
    for (const RecordValue& one : value) list.push_back(rendered_value(one, variables));
    return list;
  }

  RecordValue value_file(const std::string& reference) const {
    const std::filesystem::path path = directory_ / reference.substr(7);
    const std::string extension = lower_extension(path);
    if (extension == ".txt") return std::string(trim(read_file(path)));
    if (extension == ".json" || extension == ".yaml" || extension == ".yml")
      return parse_yaml(read_file(path), path.string()).value;
    bad_data(record_.where, "\"" + reference +
                                "\" is a program, which is not run here. Remove the "
                                "assertion, or use metric command.");
  }

  RecordValue rendered_assertions(const RecordValue& list, const RecordValue& variables) const {
    RecordValue made = RecordValue::array();
    if (!list.is_array()) bad_data(record_.where, "\"assert\" is no list.");
    for (const RecordValue& one : list) {
      RecordValue assertion = one;
      if (const RecordValue* inner = member_of(one, "assert"))
        assertion["assert"] = rendered_assertions(*inner, variables);
      const RecordValue* type = member_of(one, "type");
      const bool program =
          type != nullptr && type->is_string() && is_program(type->get<std::string>());
      if (const RecordValue* value = member_of(one, "value"); value != nullptr && !program)
        assertion["value"] = rendered_value(*value, variables);
      made.push_back(std::move(assertion));
    }
    return made;
  }

  static bool is_program(const std::string& type) {
    const std::string base = type.starts_with("not-") ? type.substr(4) : type;
    return base == "javascript" || base == "python" || base == "ruby" || base == "llm-rubric";
  }

  Record test(RecordValue variables) const {
    templates_ = 0;
    RecordValue filled = RecordValue::object();
    for (const auto& [name, value] : variables.items()) {
      std::string text = value.is_string() ? value.get<std::string>() : "";
      if (text.ends_with('\n')) text.pop_back();
      filled[name] = value.is_string() ? RecordValue(rendered(text, variables)) : value;
    }
    RecordValue suite = RecordValue::object();
    suite["assert"] =
        rendered_assertions(record_.value.value("assert", RecordValue::array()), filled);
    if (const RecordValue* threshold = member_of(record_.value, "threshold"))
      suite["threshold"] = *threshold;
    if (decide_) {
      compile_assertions(suite, record_.where);
      filled[kPromptfooAssertions] = value_json(suite);
    }
    filled[kPromptfooExpected] = expected_texts(suite);
    return {record_.where, std::move(filled)};
  }

  Record record_;
  const std::filesystem::path& directory_;
  bool decide_;
  mutable int templates_ = 0;  // filled in, in one test
};

}  // namespace

void read_promptfoo(std::vector<Record>& records,
                    const std::filesystem::path& directory,
                    bool decide) {
  std::vector<Record> read;
  for (Record& record : records) {
    if (is_test_case(record.value) || is_row(record.value))
      TestReader(std::move(record), directory, decide).read(read);
    else
      read.push_back(std::move(record));
  }
  records = std::move(read);
}

}  // namespace zopo::data
