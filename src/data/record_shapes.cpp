// Makes records flat whose parts lie deeper. Called before fields are looked for.

#include "record_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

bool is_text_list(const RecordValue& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), is_scalar_value);
}

// A turn of a chat; content may be a list of parts with texts.
struct Turn {
  std::string role, text;
  bool is_call = false;  // of a tool, without a text
};

std::string content_text(const RecordValue& content) {
  if (!content.is_array()) return value_text(content);
  std::string text;
  for (const RecordValue& part : content) {
    const RecordValue* piece = member_of(part, "text");
    if (piece != nullptr) text += (text.empty() ? "" : "\n") + value_text(*piece);
  }
  return text;
}

const RecordValue* first_member(const RecordValue& value,
                                std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const RecordValue* found = member_of(value, name)) return found;
  }
  return nullptr;
}

// OpenAI's {"role", "content"}, ShareGPT's {"from", "value"}, Gemini's {"role", "parts"}. Nothing
// where one is no turn.
std::vector<Turn> turns_of(const RecordValue& list) {
  std::vector<Turn> turns;
  if (!list.is_array()) return turns;
  for (const RecordValue& value : list) {
    const RecordValue* role = first_member(value, {"role", "from"});
    const RecordValue* content = first_member(value, {"content", "value", "parts"});
    const RecordValue* calls = first_member(value, {"tool_calls", "function_call"});
    if (role == nullptr || !role->is_string() || (content == nullptr && calls == nullptr))
      return {};
    std::string name = fold_case(role->get<std::string>());
    if (name == "human") name = "user";
    if (name == "gpt" || name == "model" || name == "chatbot" || name == "bot") name = "assistant";
    const std::string text = content != nullptr ? content_text(*content) : "";
    const bool is_call = calls != nullptr && trim(text).empty();
    turns.push_back({name, is_call ? value_json(*calls) : text, is_call});
  }
  return turns;
}

bool is_system(const Turn& turn) { return turn.role == "system" || turn.role == "developer"; }

// One turn as it is, several with who speaks.
std::string transcript(const std::vector<Turn>& turns) {
  if (turns.size() == 1) return turns.front().text;
  std::vector<std::string> lines;
  for (const Turn& turn : turns) {
    std::string role = turn.role;
    if (!role.empty() && role[0] >= 'a' && role[0] <= 'z')
      role[0] = static_cast<char>(role[0] - 'a' + 'A');
    lines.push_back(role + ": " + turn.text);
  }
  return join(lines, "\n");
}

void put_turns(RecordValue& record, std::vector<Turn> turns) {
  std::vector<std::string> system;
  for (const Turn& turn : turns) {
    if (is_system(turn)) system.push_back(turn.text);
  }
  std::erase_if(turns, is_system);
  record["input"] = transcript(turns);
  if (!system.empty() && !record.contains("system")) record["system"] = join(system, "\n");
}

void flatten_chat(Record& record, const char* field) {
  std::vector<Turn> turns = turns_of(record.value[field]);
  if (turns.empty()) return;
  while (!turns.empty() && turns.back().role != "assistant") turns.pop_back();
  if (turns.empty())
    bad_data(record.where, fmt::format("\"{}\" has no turn of the assistant, whose last one is the "
                                       "expected output.",
                                       field));
  if (turns.back().is_call)
    bad_data(record.where, fmt::format("the last turn of the assistant in \"{}\" calls a tool and "
                                       "has no text to be compared with. Remove the record.",
                                       field));
  const std::string answer = turns.back().text;
  turns.pop_back();
  record.value.erase(field);
  for (const char* name : {"systemInstruction", "system_instruction"}) {
    const RecordValue* said = member_of(record.value, name);
    const RecordValue* parts = said != nullptr ? member_of(*said, "parts") : nullptr;
    if (parts == nullptr) continue;
    const std::string system = content_text(*parts);
    record.value.erase(name);
    record.value["system"] = system;
  }
  put_turns(record.value, std::move(turns));
  record.value["output"] = answer;
}

// OpenAI's evals: {"input": [{"role", "content"}, ..], "ideal": ".."}
void flatten_chat_input(RecordValue& record) {
  for (const char* field : {"input", "prompt"}) {
    if (!record.contains(field)) continue;
    std::vector<Turn> turns = turns_of(record[field]);
    if (turns.empty()) continue;
    record.erase(field);
    put_turns(record, std::move(turns));
    return;
  }
}

// The members of a side; what the record has already gets the side's name before it.
void merge_side(RecordValue& record, const RecordValue& side, const std::string& name) {
  for (const auto& [key, value] : side.items()) {
    std::string own = key;
    if (record.contains(key)) own.insert(0, name + ".");
    record[own] = value;
  }
}

void flatten_sides(RecordValue& record) {
  for (const auto& [in, out] : {std::pair<const char*, const char*>{"inputs", "outputs"},
                                {"input", "output"},
                                {"input", "expected"},
                                {"input", "expected_output"}}) {
    const RecordValue *input = member_of(record, in), *output = member_of(record, out);
    if (input == nullptr || output == nullptr || !input->is_object() || input->empty()) continue;
    RecordValue flat = RecordValue::object();
    for (const auto& [key, value] : record.items()) {
      if (key != in && key != out) flat[key] = value;
    }
    const bool known = std::any_of(std::begin(kKnownInputs), std::end(kKnownInputs),
                                   [&](const char* name) { return input->contains(name); });
    const RecordValue& only = *input->begin();
    if (input->size() == 1 && (is_scalar_value(only) || !turns_of(only).empty())) {
      flat["input"] = only;
    } else {
      merge_side(flat, *input, in);
      if (!known) flat["input"] = *input;
    }
    const bool one = std::string_view(out) == "outputs" && output->is_object();
    flat["output"] = one && output->size() == 1 ? *output->begin() : *output;
    record = std::move(flat);
    return;
  }
}

void flatten_answers(RecordValue& record) {
  if (!record.contains("answers")) return;
  RecordValue& answers = record["answers"];
  if (answers.is_object() && answers.contains("text")) {
    RecordValue texts = answers["text"];
    answers = std::move(texts);
  } else if (answers.is_array() && !answers.empty()) {
    RecordValue texts = RecordValue::array();
    for (const RecordValue& answer : answers) {
      const RecordValue* text = member_of(answer, "text");
      if (text == nullptr) return;
      texts.push_back(*text);
    }
    answers = std::move(texts);
  }
  if (!answers.is_array()) return;
  RecordValue distinct = RecordValue::array();  // SQuAD's annotators agree often
  for (const RecordValue& answer : answers) {
    if (std::find(distinct.begin(), distinct.end(), answer) == distinct.end())
      distinct.push_back(answer);
  }
  answers = std::move(distinct);
}

double score_value(const RecordValue& score) {
  if (score.is_number()) return score.get<double>();
  return score.is_binary() ? std::strtod(value_text(score).c_str(), nullptr) : 0;
}

void flatten_scores(RecordValue& record) {
  const RecordValue* scores = member_of(record, "target_scores");
  if (scores == nullptr || !scores->is_object() || scores->empty()) return;
  double most = 0;
  for (const RecordValue& score : *scores) most = std::max(most, score_value(score));
  RecordValue choices = RecordValue::array(), best = RecordValue::array();
  for (const auto& [choice, score] : scores->items()) {
    choices.push_back(choice);
    if (most > 0 && score_value(score) == most) best.push_back(choice);
  }
  record.erase("target_scores");
  if (!record.contains("choices")) record["choices"] = std::move(choices);
  if (!record.contains("target") && !record.contains("output")) record["output"] = std::move(best);
}

void flatten_choices(RecordValue& record) {
  for (const char* field : {"choices", "options"}) {
    const RecordValue* value = member_of(record, field);
    if (value == nullptr || !value->is_object()) continue;
    RecordValue texts = RecordValue::array();
    if (const RecordValue* list = member_of(*value, "text"); list != nullptr && list->is_array()) {
      texts = *list;
      // ARC numbers some of its choices.
      const RecordValue* labels = member_of(*value, "label");
      const RecordValue* key = member_of(record, "answerKey");
      if (labels != nullptr && key != nullptr) {
        const auto found = std::find(labels->begin(), labels->end(), *key);
        if (found != labels->end())
          record["answerKey"] = choice_letter(static_cast<std::size_t>(found - labels->begin()));
      }
    } else {
      for (const auto& [letter, text] : value->items()) {
        if (letter != choice_letter(texts.size())) return;
        texts.push_back(text);
      }
    }
    record[field] = std::move(texts);
  }
  const bool columns = record.contains("A") && record.contains("B") && record.contains("answer") &&
                       choices_field(record).empty();
  if (!columns) return;
  RecordValue texts = RecordValue::array();
  for (std::string letter = "A"; record.contains(letter); letter = choice_letter(texts.size())) {
    texts.push_back(record[letter]);
    record.erase(letter);
  }
  record["choices"] = std::move(texts);
}

}  // namespace

void flatten_record(Record& record) {
  RecordValue& value = record.value;
  if (!value.is_object()) return;
  for (const char* field : {"messages", "conversations", "conversation", "contents"}) {
    if (value.contains(field)) flatten_chat(record, field);
  }
  flatten_chat_input(value);
  flatten_sides(value);
  flatten_answers(value);
  flatten_scores(value);
  flatten_choices(value);
}

std::string choices_field(const RecordValue& record) {
  for (const char* field : {"choices", "options", "endings"}) {
    const RecordValue* value = member_of(record, field);
    if (value != nullptr && is_text_list(*value) && value->size() > 1) return field;
  }
  return "";
}

std::string choice_letter(std::size_t index) {
  constexpr std::size_t kLetters = 26;
  return index < kLetters ? std::string(1, static_cast<char>('A' + static_cast<char>(index)))
                          : std::to_string(index + 1);
}

std::string lettered_lines(const RecordValue& choices) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < choices.size(); ++i)
    lines.push_back(choice_letter(i) + ". " + value_text(choices[i]));
  return join(lines, "\n");
}

}  // namespace zopo::data
