#include "task/meta_prompt.h"

#include <fmt/format.h>

#include <array>
#include <span>

namespace zopo::task {
namespace {

constexpr const char* kOnly =
    "Reply with the instruction alone, in one paragraph: no explanation, no quotes, no examples.";

std::string demonstrations(const MetaPrompt& prompt) {
  std::string text;
  for (const data::Example* example : prompt.demonstrations)
    text += "Input: " + example->input + "\nOutput: " + example->references.front() + "\n\n";
  return text;
}

std::string pairs(const MetaPrompt& prompt) {
  return "Somebody was given one instruction and several inputs, and wrote an output for every one "
         "of them:\n\n" +
         demonstrations(prompt);
}

constexpr std::array kPersonas = {
    "Write that instruction. Let it begin by naming the expert whom it speaks to, such as \"You "
    "are "
    "an experienced ..\".",
    "Write that instruction as a teacher would give it to a pupil.",
    "Write that instruction as the first rule of a style guide.",
    "Write that instruction as a short and strict command.",
};

constexpr std::array kFormats = {
    "Write that instruction. Let it say exactly what the output must look like and that nothing "
    "else "
    "may be in it.",
    "Write that instruction in as few words as possible.",
    "Write that instruction in detail: say what to look at in the input and how the output follows "
    "from it.",
    "Write that instruction as two or three steps to be taken in order.",
    "Write that instruction. Let it name the mistake that is easiest to make, and forbid it.",
};

constexpr std::array kMutations = {
    "Change it so that a reader would make fewer mistakes.",
    "Make it more precise about what the output must look like.",
    "Make it much shorter without losing what matters.",
    "Add the one rule that it lacks.",
};

// The better a scored instruction, the nearer it stands to the demand.
constexpr std::array kNeighbors = {
    "Write one instruction that is better than all of these: keep what the last ones have in "
    "common "
    "and drop what the first ones do differently.",
    "Write the last one anew, so that it says the same more clearly.",
    "Write one instruction that joins what is best in the last two.",
    "Change one thing about the last one that may keep it from being followed.",
};

std::string scored(const MetaPrompt& prompt) {
  std::string text =
      "These instructions were tried on the same task. Below each stands how many answers of a "
      "hundred came out right with it; they get better from the first to the last.\n\n";
  for (const Scored& one : prompt.around)
    text += fmt::format("Instruction: {}\nRight: {:.0f} of 100\n\n", one.prompt, 100 * one.score);
  if (prompt.demonstrations.empty()) return text;
  return text + "What is wanted:\n\n" + demonstrations(prompt);
}

const char* pick(std::span<const char* const> demands, std::size_t variation) {
  return demands[variation % demands.size()];
}

std::string content(const MetaPrompt& prompt) {
  switch (prompt.way) {
    case Way::induce:
      return pairs(prompt) + "What was the instruction? " + kOnly;
    case Way::persona:
      return pairs(prompt) + pick(kPersonas, prompt.variation) + " " + kOnly;
    case Way::format:
      return pairs(prompt) + pick(kFormats, prompt.variation) + " " + kOnly;
    case Way::paraphrase:
      return "This is an instruction:\n\n" + prompt.source +
             "\n\nSay the same in other words, keeping its meaning. " + kOnly;
    case Way::mutate:
      return pairs(prompt) + "The instruction was:\n\n" + prompt.source + "\n\n" +
             pick(kMutations, prompt.variation) + " " + kOnly;
    case Way::neighbor:
      return scored(prompt) + pick(kNeighbors, prompt.variation) + " " + kOnly;
  }
  return {};
}

}  // namespace

bool needs_source(Way way) { return way == Way::paraphrase || way == Way::mutate; }

std::vector<llm::Message> fill(const MetaPrompt& prompt) { return {{"user", content(prompt)}}; }

}  // namespace zopo::task
