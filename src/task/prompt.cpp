// Fills a template in. Called by the evaluator for every call, and by run to bound its cost.

#include "zopo/task/prompt.h"

#include <algorithm>
#include <optional>

#include "task/placeholders.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::task {
namespace {

constexpr const char* kExemplars = "exemplars";

void ignore_literal(std::string_view) {}

void check_exemplars(bool has, bool wanted) {
  if (has == wanted) return;
  throw Failure(ErrorKind::config,
                has ? "/prompt: {{exemplars}} is in it, but candidates have none: set "
                      "\"candidates\".\"exemplars\", or remove it."
                    : "/prompt: no {{exemplars}} in it, so the demonstrations that "
                      "\"candidates\".\"exemplars\" chooses would be shown nowhere.");
}

}  // namespace

void walk_placeholders(std::string_view content,
                       const std::function<void(std::string_view)>& literal,
                       const std::function<void(const std::string&)>& placeholder) {
  while (true) {
    const std::size_t open = content.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : content.find("}}", open);
    if (close == std::string_view::npos) return literal(content);
    literal(content.substr(0, open));
    const std::string_view name = trim(content.substr(open + 2, close - open - 2));
    if (name == "\"{{\"" || name == "'{{'")
      literal("{{");
    else
      placeholder(std::string(name));
    content.remove_prefix(close + 2);
  }
}

PromptTemplate::PromptTemplate(std::vector<llm::Message> messages,
                               const std::set<std::string>& fields,
                               bool with_exemplars,
                               bool fills_candidates)
    : messages_(std::move(messages)), fields_(fields), fills_candidates_(fills_candidates) {
  fields_.insert("input");
  std::vector<std::string> known(fields.begin(), fields.end());
  known.insert(known.end(), {"instruction", "input"});
  bool has_instruction = false, has_data = false, has_exemplars = false;
  const auto check = [&](const std::string& name) {
    if (name == kExemplars) {
      has_exemplars = true;
      return;
    }
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Failure(
          ErrorKind::config,
          "/prompt: unknown placeholder {{" + name + "}}" + did_you_mean(name, known) +
              " Known are {{instruction}}, {{input}} and the fields that all examples "
              "have" +
              (fields.empty()
                   ? std::string(": none.")
                   : ": " + join(std::vector<std::string>(fields.begin(), fields.end()), ", ") +
                         ".") +
              " Where {{ is meant as it is, write {{ \"{{\" }}.");
    }
    (name == "instruction" ? has_instruction : has_data) = true;
  };
  for (const llm::Message& message : messages_)
    walk_placeholders(message.content, ignore_literal, check);
  check_exemplars(has_exemplars, with_exemplars);
  if (!has_instruction) {
    throw Failure(
        ErrorKind::config,
        "/prompt: no {{instruction}} in it, so every candidate would send the same text.");
  }
  if (!has_data && !fills_candidates) {
    throw Failure(ErrorKind::config,
                  "/prompt: no {{input}} in it, so every example would send the same text.");
  }
}

std::vector<llm::Message> PromptTemplate::fill(const Candidate& candidate,
                                               const data::Example& example) const {
  std::vector<llm::Message> filled;
  for (const llm::Message& message : messages_) {
    std::string content;
    bool skips_line_ends = false;
    walk_placeholders(
        message.content,
        [&](std::string_view text) {
          if (skips_line_ends)
            text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
          skips_line_ends = false;
          content += text;
        },
        [&](const std::string& name) {
          if (name == "instruction") {
            content += instruction_text(candidate, example);
          } else if (name == kExemplars) {
            content += candidate.shown;
            skips_line_ends = candidate.shown.empty();
          } else if (name == "input") {
            content += example.input;
          } else {
            content += example.fields.at(name);
          }
        });
    filled.push_back({message.role, std::move(content)});
  }
  return filled;
}

std::string PromptTemplate::instruction_text(const Candidate& candidate,
                                             const data::Example& example) const {
  if (!fills_candidates_) return candidate.instruction;
  std::string text;
  walk_placeholders(
      candidate.instruction, [&](std::string_view literal) { text += literal; },
      [&](const std::string& name) {
        if (!fields_.contains(name))
          text += "{{" + name + "}}";
        else
          text += name == "input" ? example.input : example.fields.at(name);
      });
  return text;
}

std::set<std::string> placeholders_in(const std::string& text) {
  std::set<std::string> names;
  walk_placeholders(text, ignore_literal, [&](const std::string& name) { names.insert(name); });
  return names;
}

std::set<std::string> placeholders_of(const std::vector<llm::Message>& messages) {
  std::set<std::string> names;
  for (const llm::Message& message : messages) names.merge(placeholders_in(message.content));
  return names;
}

std::set<std::string> common_fields(const std::vector<data::Example>& examples) {
  std::optional<std::set<std::string>> common;
  for (const data::Example& example : examples) {
    std::set<std::string> names;
    for (const auto& [name, value] : example.fields) {
      if (!common || common->contains(name)) names.insert(name);
    }
    common = std::move(names);
  }
  return common.value_or(std::set<std::string>{});
}

}  // namespace zopo::task
