// The words of a brief. Own text and material are told apart while it is put together.
#include "zopo/write/brief.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "write/words.h"
#include "zopo/base/text.h"

namespace zopo::write {
namespace {

constexpr const char* kMark = "prompt";
constexpr const char* kFixedTag = "fixed_text";
constexpr std::array kTags = {kMark, kFixedTag};
// A text around the prompt with fewer words is a frame that tells the writer nothing.
constexpr std::size_t kFewFixedWords = 8;

constexpr const char* kWho = "You write prompts for language models.";
constexpr const char* kWhat =
    "A language model is given a prompt and, after it, one input. It has to give the right answer.";
constexpr const char* kLines = "Inputs can have several lines.";
constexpr const char* kLabels = "The right answer is always one of these labels: ";
constexpr const char* kOnlyThere = ". The model knows them only from the prompt.";
constexpr const char* kFixed =
    "The prompt takes the place of {{instruction}} in this text. All else in it is fixed and sent "
    "anyway, so do not repeat it:";
constexpr const char* kCurrent = "The prompt in use today:";
constexpr const char* kKeep =
    "A prompt without one of these is useless, so keep them word for word:";
constexpr const char* kExamples = "Inputs with their right answers:";
constexpr const char* kTried =
    "These prompts were tried; they get better from the first to the last, and the number says how "
    "many answers of a hundred were right.";
constexpr const char* kUntried = "The prompt to start from:";
constexpr const char* kUsers = "The prompt to start from is the one in use today.";
constexpr const char* kMistakes = "With this prompt the model was wrong here:";
constexpr const char* kNoExamples =
    "Do not copy the inputs above into it: it is used on other inputs.";
constexpr const char* kAddressee = "It speaks to that model, and not of prompts.";
constexpr const char* kEachLabel = "Say for each label when it is right.";

struct Tags {
  explicit Tags(std::string numbering) : suffix(std::move(numbering)) {}
  std::string suffix;
  std::string open(const std::string& name) const { return "<" + name + suffix + ">"; }
  std::string close(const std::string& name) const { return "</" + name + suffix + ">"; }
  std::string lines(const std::string& name, const std::string& text) const {
    const bool ends = text.empty() || text.back() == '\n';
    return open(name) + "\n" + text + (ends ? "" : "\n") + close(name) + "\n";
  }
};

// As a JSON string: on one line, and nothing in it can end it.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string shown(const std::string& text) {
  if (text.size() <= kMostShown) return text;
  return std::string(beginning(text, kMostShown)) + " [..]";
}

// All material of a brief, for the choice of the tags.
std::vector<const std::string*> material_in(const Material& material, const Brief& brief) {
  std::vector<const std::string*> texts;
  if (material.user_prompt) texts.push_back(&*material.user_prompt);
  for (const llm::Message& message : material.surroundings) texts.push_back(&message.content);
  for (const std::string& line : material.keep) texts.push_back(&line);
  for (const std::string& label : material.facts.labels) texts.push_back(&label);
  for (const data::Example* example : brief.demonstrations) {
    texts.push_back(&example->input);
    texts.push_back(&example->references.front());
  }
  for (const Parent& parent : brief.parents) {
    texts.push_back(&parent.prompt);
    for (const Mistake& mistake : parent.mistakes)
      texts.insert(texts.end(),
                   {&mistake.input, &mistake.expected, &mistake.got, &mistake.feedback});
  }
  return texts;
}

// The first numbering under which no text holds one of the tags.
Tags tags_for(const std::vector<const std::string*>& texts) {
  for (int number = 1;; ++number) {
    Tags tags(number == 1 ? "" : fmt::format("-{}", number));
    const bool is_free = std::none_of(texts.begin(), texts.end(), [&](const std::string* text) {
      return std::any_of(kTags.begin(), kTags.end(), [&](const char* name) {
        return text->find(tags.open(name)) != text->npos ||
               text->find(tags.close(name)) != text->npos;
      });
    });
    if (is_free) return tags;
  }
}

std::string labels_said(const std::vector<std::string>& labels) {
  if (are_words(labels)) return join(labels, ", ");
  std::vector<std::string> all;
  for (const std::string& label : labels) all.push_back(quoted(label));
  return join(all, ", ");
}

std::string task_part(const Material& material) {
  std::string text = std::string(kWhat) + "\n";
  if (material.facts.inputs_have_lines) text += std::string(kLines) + "\n";
  if (!material.facts.labels.empty()) {
    text += kLabels + labels_said(material.facts.labels) + kOnlyThere + "\n";
  } else if (!material.facts.output_form.empty()) {
    text += "The right answer is always " + material.facts.output_form + ".\n";
  }
  return text;
}

bool tells_something(const std::vector<llm::Message>& surroundings) {
  std::size_t words = 0;
  for (const llm::Message& message : surroundings) words += words_of(message.content).size();
  return words > kFewFixedWords;
}

// The prompt in use is shown to those that do not start from another one.
bool shows_current(const Material& material, const Brief& brief) {
  if (!material.user_prompt) return false;
  return brief.parents.empty() ||
         (brief.parents.size() == 1 && brief.parents.front().prompt == material.user_prompt);
}

std::string current_part(const Material& material, const Brief& brief, const Tags& tags) {
  std::string text;
  if (tells_something(material.surroundings)) {
    std::string messages;
    for (const llm::Message& message : material.surroundings)
      messages += "[" + message.role + "]\n" + message.content + "\n";
    text += std::string("\n") + kFixed + "\n" + tags.lines(kFixedTag, messages);
  }
  if (shows_current(material, brief))
    text += std::string("\n") + kCurrent + "\n" + tags.lines(kMark, *material.user_prompt);
  if (material.keep.empty()) return text;
  text += std::string("\n") + kKeep + "\n";
  for (const std::string& line : material.keep) text += line + "\n";
  return text;
}

std::string demonstrations_said(const Brief& brief) {
  if (brief.demonstrations.empty()) return "";
  std::string text = std::string("\n") + kExamples + "\n";
  for (const data::Example* example : brief.demonstrations)
    text += quoted(example->input) + " -> " + quoted(example->references.front()) + "\n";
  return text;
}

// What one prompt has that the one before it lacks, and the other way round, line by line.
std::string changes_said(const std::string& before, const std::string& after) {
  const auto lines_of = [](const std::string& text) {
    std::set<std::string_view> lines;
    for (const std::string_view line : split_lines(text)) lines.insert(trim(line));
    return lines;
  };
  const auto missing = [](const std::string& text, const std::set<std::string_view>& from,
                          const char* sign) {
    std::string lines;
    for (const std::string_view line : split_lines(text))
      if (!from.contains(trim(line))) lines += sign + std::string(trim(line)) + "\n";
    return lines;
  };
  const std::set<std::string_view> old_lines = lines_of(before), new_lines = lines_of(after);
  if (old_lines.size() < 2 || new_lines.size() < 2) return "";
  const std::string changes = missing(before, new_lines, "- ") + missing(after, old_lines, "+ ");
  return changes.empty() ? "" : "Changed against the one before:\n" + changes;
}

std::string parents_said(const Material& material, const Brief& brief, const Tags& tags) {
  if (brief.parents.empty()) return "";
  if (shows_current(material, brief)) return std::string("\n") + kUsers + "\n";
  const bool are_scored = std::all_of(brief.parents.begin(), brief.parents.end(),
                                      [](const Parent& one) { return one.score.has_value(); });
  const bool is_ranking = are_scored && brief.parents.size() > 1;
  std::string text = std::string("\n") + (is_ranking ? kTried : kUntried) + "\n";
  for (std::size_t i = 0; i < brief.parents.size(); ++i) {
    const Parent& one = brief.parents[i];
    if (is_ranking) text += fmt::format("Right: {:.0f} of 100\n", 100 * *one.score);
    text += tags.lines(kMark, one.prompt);
    if (is_ranking && i > 0 && brief.way->parents == Parents::several)
      text += changes_said(brief.parents[i - 1].prompt, one.prompt);
  }
  return text;
}

std::string mistakes_said(const Brief& brief) {
  std::string text;
  for (const Parent& parent : brief.parents) {
    for (const Mistake& one : parent.mistakes) {
      text += fmt::format("Input {}: the answer was {}, right is {}.", quoted(one.input),
                          quoted(shown(one.got)), quoted(one.expected));
      if (!one.feedback.empty()) text += " Said of it: " + quoted(shown(one.feedback));
      text += "\n";
    }
  }
  return text.empty() ? "" : std::string("\n") + kMistakes + "\n" + text;
}

std::string form_said(std::size_t per_reply, const Tags& tags) {
  const std::string open = tags.open(kMark), close = tags.close(kMark);
  if (per_reply == 1) return fmt::format("Put the new prompt between {} and {}.", open, close);
  return fmt::format(
      "Do so in {} ways that differ clearly from each other. Put each new prompt between {} and {} "
      "of its own.",
      per_reply, open, close);
}

std::string demand_part(const Material& material, const Brief& brief, const Tags& tags) {
  const auto& demands = brief.way->demands;
  const std::vector<std::string>& labels = material.facts.labels;
  std::string text = std::string("\n") + demands[brief.variation % demands.size()];
  if (!labels.empty() && brief.way->parents == Parents::none) text += std::string(" ") + kEachLabel;
  text += std::string("\n") + kAddressee + " ";
  if (brief.way->demonstrations || brief.way->failures) text += std::string(kNoExamples) + " ";
  if (!labels.empty() && are_words(labels))
    text += "Name every label: " + labels_said(labels) + ". ";
  return text + fmt::format("At most {} characters.\n", material.max_chars) +
         form_said(brief.per_reply, tags);
}

}  // namespace

Request request_of(const Material& material, const Brief& brief) {
  const Tags tags = tags_for(material_in(material, brief));
  const std::string evidence =
      parents_said(material, brief, tags) + mistakes_said(brief) + demonstrations_said(brief);
  return {{{"system", kWho},
           {"user", task_part(material) + current_part(material, brief, tags) + evidence +
                        demand_part(material, brief, tags)}},
          kMark + tags.suffix};
}

std::vector<std::string> own_words() {
  std::vector<std::string> texts = {kWho,        kWhat,      kLabels, kOnlyThere, kFixed, kCurrent,
                                    kKeep,       kExamples,  kTried,  kUntried,   kUsers, kMistakes,
                                    kNoExamples, kEachLabel, kLines,  kAddressee};
  const Tags tags("");
  texts.push_back(form_said(1, tags));
  texts.push_back(form_said(2, tags));
  for (const Way& way : ways()) texts.insert(texts.end(), way.demands.begin(), way.demands.end());
  return texts;
}

}  // namespace zopo::write
