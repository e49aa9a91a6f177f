// Assertions of CSV cells, and suites in words.

#include <algorithm>
#include <functional>
#include <set>

#include "data/promptfoo/assertions.h"
#include "data/promptfoo/texts.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

std::string type_of_assertion(const RecordValue& assertion) {
  const RecordValue* type = member_of(assertion, "type");
  return type != nullptr && type->is_string() ? type->get<std::string>() : "";
}

void collect(const RecordValue& suite,
             const std::function<void(const std::string& type, const RecordValue& one)>& visit) {
  const RecordValue* list = member_of(suite, "assert");
  if (list == nullptr) return;
  for (const RecordValue& one : *list) {
    if (is_assert_set(one))
      collect(one, visit);
    else
      visit(type_of_assertion(one), one);
  }
}

}  // namespace

RecordValue assertion_of_cell(const std::string& cell) {
  static const re2::RE2 kTyped(
      R"((?s)((?:not-)?[a-z]+(?:[-:][a-z0-9]+)*?)(?:\(([0-9]+(?:\.[0-9]+)?)\))?(?::(.*))?)");
  static const std::set<std::string> kTypes = {"equals",
                                               "contains",
                                               "icontains",
                                               "contains-any",
                                               "contains-all",
                                               "icontains-any",
                                               "icontains-all",
                                               "starts-with",
                                               "regex",
                                               "is-json",
                                               "levenshtein",
                                               "word-count",
                                               "javascript",
                                               "fn",
                                               "eval",
                                               "python",
                                               "ruby",
                                               "grade",
                                               "llm-rubric",
                                               "similar",
                                               "contains-json",
                                               "contains-xml",
                                               "is-xml",
                                               "is-sql",
                                               "contains-sql",
                                               "is-html",
                                               "contains-html",
                                               "rouge-n",
                                               "bleu",
                                               "gleu",
                                               "meteor",
                                               "latency",
                                               "cost",
                                               "perplexity",
                                               "perplexity-score",
                                               "classifier",
                                               "moderation",
                                               "factuality",
                                               "g-eval",
                                               "is-refusal",
                                               "answer-relevance",
                                               "context-recall",
                                               "context-relevance",
                                               "context-faithfulness",
                                               "webhook",
                                               "pi",
                                               "guardrails",
                                               "model-graded-closedqa",
                                               "select-best",
                                               "max-score",
                                               "finish-reason",
                                               "search-rubric",
                                               "conversation-relevance"};
  const std::string text(trim(cell));
  if (text.starts_with("file://"))
    return {{"type", text.ends_with(".py") ? "python" : "javascript"}, {"value", text}};
  std::string type, threshold, value;
  const bool typed = re2::RE2::FullMatch(text, kTyped, &type, &threshold, &value);
  const std::string base = type.starts_with("not-") ? type.substr(4) : type;
  if (!typed || !kTypes.contains(base)) return {{"type", "equals"}, {"value", text}};
  const bool list = base.starts_with("contains-a") || base.starts_with("icontains-a");
  RecordValue assertion = {{"type", type}};
  if (text.find(':', type.size()) != std::string::npos)
    assertion["value"] = list || base == "is-json" ? value : std::string(trim(value));
  if (base == "levenshtein" && threshold.empty()) threshold = "0.75";
  if (!threshold.empty()) assertion["threshold"] = threshold;
  return assertion;
}

std::vector<std::string> expected_texts(const RecordValue& suite) {
  std::vector<std::string> texts;
  collect(suite, [&](const std::string& type, const RecordValue& one) {
    const RecordValue* value = member_of(one, "value");
    if (type.starts_with("not-") || value == nullptr) return;
    if (value->is_array() && type != "equals") {
      for (const RecordValue& text : *value) texts.push_back(value_text(text));
    } else if (type.starts_with("contains-a") || type.starts_with("icontains-a")) {
      for (std::string& text : comma_separated(value_text(*value)))
        texts.push_back(std::move(text));
    } else if (type != "is-json" && type != "word-count") {
      texts.push_back(value_text(*value));
    }
  });
  if (texts.empty()) texts.push_back("(" + join(assertion_types(suite), ", ") + ")");
  return texts;
}

std::vector<std::string> assertion_types(const RecordValue& suite) {
  std::vector<std::string> types;
  collect(suite, [&](const std::string& type, const RecordValue&) {
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  });
  return types;
}

}  // namespace zopo::data
