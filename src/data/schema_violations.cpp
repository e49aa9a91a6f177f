// Validates JSON against a schema and words what is wrong for the person who wrote it. Called for
// task files and benches.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/json_document.h"

// valijson finds the violations; its descriptions name neither what was expected nor what was
// found, so the sentences are made here from the subschemas that apply at the violated place.

namespace zopo::data {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr std::size_t kShown = 60;  // bytes of a value that a message repeats

struct Violation {
  Pointer pointer;
  std::string description;  // valijson's
};

// valijson's context "<root>", "[llm]", "[0]" -> /llm/0.
Pointer pointer_of(const std::vector<std::string>& context) {
  Pointer pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    pointer /= context[i].substr(1, context[i].size() - 2);
  }
  return pointer;
}

std::vector<Violation> find_violations(const json& document, const json& schema) {
  valijson::Schema parsed;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::vector<Violation> violations;
  for (const auto& error : results) {
    violations.push_back({pointer_of(error.context), error.description});
  }
  return violations;
}

// Schemas that hold at one place: the given one and all it refers to or combines.
void expand(const json& root, const json& schema, std::vector<const json*>& into) {
  if (!schema.is_object() || std::find(into.begin(), into.end(), &schema) != into.end()) return;
  into.push_back(&schema);
  if (schema.contains("$ref")) {
    const std::string reference = schema["$ref"].get<std::string>();
    const Pointer target(reference.starts_with("#") ? reference.substr(1) : "/?");
    if (root.contains(target)) expand(root, root[target], into);
  }
  for (const char* group : {"allOf", "anyOf", "oneOf"}) {
    if (!schema.contains(group)) continue;
    for (const json& part : schema[group]) expand(root, part, into);
  }
  for (const char* part : {"if", "then", "else"}) {
    if (schema.contains(part)) expand(root, schema[part], into);
  }
}

const json* child_schema(const json& schema, const json& parent, const std::string& token) {
  if (parent.is_array()) {
    if (!schema.contains("items")) return nullptr;
    const json& items = schema["items"];
    if (!items.is_array()) return &items;
    const std::size_t i = std::stoul(token);
    return i < items.size() ? &items[i] : nullptr;
  }
  if (schema.contains("properties") && schema["properties"].contains(token)) {
    return &schema["properties"][token];
  }
  return schema.contains("additionalProperties") ? &schema["additionalProperties"] : nullptr;
}

std::vector<std::string> tokens_of(Pointer pointer) {
  std::vector<std::string> tokens;
  for (; !pointer.empty(); pointer.pop_back()) tokens.push_back(pointer.back());
  std::reverse(tokens.begin(), tokens.end());
  return tokens;
}

std::vector<const json*> schemas_at(const json& root,
                                    const json& document,
                                    const Pointer& pointer) {
  std::vector<const json*> schemas;
  expand(root, root, schemas);
  const json* value = &document;
  for (const std::string& token : tokens_of(pointer)) {
    std::vector<const json*> children;
    for (const json* schema : schemas) {
      const json* child = child_schema(*schema, *value, token);
      if (child != nullptr) expand(root, *child, children);
    }
    schemas = std::move(children);
    value = &value->at(Pointer("") / token);
  }
  return schemas;
}

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() <= kShown) return text;
  while ((static_cast<unsigned char>(text[kShown]) & 0xC0U) == 0x80U) text.erase(kShown, 1);
  return text.substr(0, kShown) + "..";
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string& word : words) quoted.push_back("\"" + word + "\"");
  return join(quoted, ", ");
}

// A whole "a string", "an object or null".
std::string type_names(const std::vector<const json*>& schemas) {
  std::set<std::string> types;
  for (const json* schema : schemas) {
    if (!schema->contains("type")) continue;
    const json& type = (*schema)["type"];
    for (const json& name : type.is_array() ? type : json::array({type})) {
      types.insert(name.get<std::string>());
    }
  }
  std::vector<std::string> names;
  for (const std::string& type : types) {
    const bool vowel = type.find_first_of("aio") == 0;
    names.push_back(type == "null" ? type : (vowel ? "an " : "a ") + type);
  }
  return join(names, " or ");
}

std::string type_of(const json& value) {
  if (value.is_number_integer()) return "the integer " + shown(value);
  if (value.is_number()) return "the number " + shown(value);
  if (value.is_string()) return "the string " + shown(value);
  return shown(value);  // null, true, an object, an array
}

class Explainer {
 public:
  Explainer(const JsonDocument& document, const json& schema)
      : document_(document), schema_(schema) {}

  std::vector<std::string> explain(const std::vector<Violation>& violations) {
    for (const Violation& violation : violations) {
      if (!is_summary(violation.description)) explain(violation);
    }
    for (const Violation& violation : violations) {  // nothing deeper said why
      if (is_summary(violation.description) && !explained_below(violation.pointer)) {
        say(violation.pointer, document_.where(violation.pointer), violation.description);
      }
    }
    return std::move(sentences_);
  }

 private:
  // That a member or an item is wrong, which the member's own violation says better.
  static bool is_summary(const std::string& description) {
    return description.starts_with("Failed to validate item") ||
           description.starts_with("Failed to validate against");
  }

  bool explained_below(const Pointer& pointer) const {
    const std::string prefix = pointer.to_string();
    return std::any_of(explained_.begin(), explained_.end(), [&](const std::string& place) {
      return place == prefix || place.starts_with(prefix + "/");
    });
  }

  void say(const Pointer& pointer, const std::string& where, const std::string& sentence) {
    explained_.push_back(pointer.to_string());
    const std::string whole = where + sentence;
    if (std::find(sentences_.begin(), sentences_.end(), whole) == sentences_.end()) {
      sentences_.push_back(whole);
    }
  }

  void explain(const Violation& violation) {
    const json& value = document_.json().at(violation.pointer);
    const auto schemas = schemas_at(schema_, document_.json(), violation.pointer);
    const std::string& what = violation.description;
    const std::string where = document_.where(violation.pointer);
    if (what.starts_with("Object contains a property")) {
      unknown_keys(violation, value, schemas);
    } else if (what.starts_with("Missing required property")) {
      say(violation.pointer, where, missing_key(what, schemas));
    } else if (what.starts_with("Value type not permitted")) {
      say(violation.pointer, where,
          "expected " + type_names(schemas) + ", found " + type_of(value) + ".");
    } else if (what.starts_with("Failed to match against any enum")) {
      say(violation.pointer, where, not_in_enum(value, schemas));
    } else {
      say(violation.pointer, where, expectation(what, schemas) + ", found " + shown(value) + ".");
    }
  }

  static std::vector<std::string> known_keys(const std::vector<const json*>& schemas) {
    std::set<std::string> keys;
    for (const json* schema : schemas) {
      if (!schema->contains("properties")) continue;
      for (const auto& [key, member] : (*schema)["properties"].items()) keys.insert(key);
    }
    return {keys.begin(), keys.end()};
  }

  // valijson names the first unknown key only.
  void unknown_keys(const Violation& violation,
                    const json& object,
                    const std::vector<const json*>& schemas) {
    const std::vector<std::string> known = known_keys(schemas);
    const bool patterns = std::any_of(schemas.begin(), schemas.end(), [](const json* schema) {
      return schema->contains("patternProperties");
    });
    for (const auto& [key, member] : object.items()) {
      const bool unknown = !std::binary_search(known.begin(), known.end(), key);
      if (unknown && (!patterns || violation.description.ends_with(": '" + key + "'."))) {
        unknown_key(violation.pointer / key, key, known);
      }
    }
  }

  void unknown_key(const Pointer& pointer,
                   const std::string& key,
                   const std::vector<std::string>& known) {
    std::string advice = did_you_mean(key, known);
    if (advice.empty()) {
      advice = known.empty() ? ". No keys are allowed here."
                             : ". The known keys here are " + quoted_list(known) + ".";
    }
    say(pointer, document_.where_key(pointer), "unknown key " + shown(json(key)) + advice);
  }

  static std::string missing_key(const std::string& what, const std::vector<const json*>& schemas) {
    const std::size_t open = what.find('\'');
    const std::string key = what.substr(open + 1, what.rfind('\'') - open - 1);
    std::string sentence = "the key \"" + key + "\" is missing";
    for (const json* schema : schemas) {
      const Pointer description = Pointer("/properties") / key / "description";
      if (schema->contains(description)) {
        return sentence + ": " + (*schema)[description].get<std::string>();
      }
    }
    return sentence + ".";
  }

  static std::string not_in_enum(const json& value, const std::vector<const json*>& schemas) {
    std::vector<std::string> allowed, words;
    for (const json* schema : schemas) {
      if (!schema->contains("enum")) continue;
      for (const json& choice : (*schema)["enum"]) {
        allowed.push_back(choice.dump());
        if (choice.is_string()) words.push_back(choice.get<std::string>());
      }
    }
    const std::string advice =
        value.is_string() ? did_you_mean(value.get<std::string>(), words) : std::string();
    return "expected one of " + join(allowed, ", ") + ", found " + shown(value) +
           (advice.empty() ? "." : advice);
  }

  struct Rule {
    std::string_view description;  // how valijson's begins
    const char* keyword;
    const char* expected;
  };

  static std::string expectation(const std::string& what, const std::vector<const json*>& schemas) {
    static const Rule kRules[] = {
        {"Expected number less than or equal", "maximum", "expected at most {}"},
        {"Expected number less than", "exclusiveMaximum", "expected less than {}"},
        {"Expected number greater than or equal", "minimum", "expected at least {}"},
        {"Expected number greater than", "exclusiveMinimum", "expected more than {}"},
        {"Value should be a multiple", "multipleOf", "expected a multiple of {}"},
        {"String should be no fewer", "minLength", "expected at least {} character(s)"},
        {"String should be no more", "maxLength", "expected at most {} characters"},
        {"Array should contain no fewer", "minItems", "expected at least {} item(s)"},
        {"Array should contain no more", "maxItems", "expected at most {} items"},
        {"Object should have no fewer", "minProperties", "expected at least {} member(s)"},
        {"Object should have no more", "maxProperties", "expected at most {} members"},
        {"Failed to match regex", "pattern", "expected text that matches {}"},
        {"Failed to match expected value", "const", "expected {}"},
    };
    for (const Rule& rule : kRules) {
      if (!what.starts_with(rule.description)) continue;
      for (const json* schema : schemas) {
        if (schema->contains(rule.keyword)) {
          return fmt::format(fmt::runtime(rule.expected), (*schema)[rule.keyword].dump());
        }
      }
    }
    return std::string(what.substr(0, what.find_last_not_of('.') + 1));
  }

  const JsonDocument& document_;
  const json& schema_;
  std::vector<std::string> explained_, sentences_;
};

}  // namespace

std::vector<std::string> schema_violations(const JsonDocument& document,
                                           const nlohmann::json& schema) {
  return Explainer(document, schema).explain(find_violations(document.json(), schema));
}

}  // namespace zopo::data
