// The table of ways, and the look-up by name.
#include "zopo/write/ways.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::write {
namespace {

constexpr std::array kInduce = {
    "Find out from the examples what turns an input into its output, and write a prompt that makes "
    "a model do that for any input.",
    "Write a prompt for this task for a model that sees it for the first time: what to look at in "
    "the input, how the output follows from it, and what the output must look like.",
};

constexpr std::array kRewrite = {
    "Write the current prompt anew as a whole, so that a model that follows it makes fewer "
    "mistakes. Keep what it asks for, its sections and its variables.",
    "Write the current prompt anew as a whole: say first what matters most, drop what does not "
    "help, and add the rule that it lacks. Keep its variables.",
};

constexpr std::array kRepair = {
    "First say in a few sentences why the model failed on these inputs: which words of the prompt "
    "misled it, or what the prompt leaves open. Then write the prompt with the cause mended. Mend "
    "it by a rule that holds in general, for other inputs too; leave the rest as it is.",
};

constexpr std::array kImprove = {
    "Say briefly what the better of these prompts have that the others lack. Then write one that "
    "goes further in the same direction.",
    "Say briefly which change between these prompts helped and which one hurt. Then write one that "
    "keeps what helped and drops what hurt.",
};

constexpr std::array kCross = {
    "Each of the two prompts is right on inputs on which the other one fails. Write one prompt "
    "that joins what makes each of them right.",
};

constexpr std::array kShorten = {
    "Write this prompt in half as many words or fewer. Lose no rule and no variable.",
    "Write this prompt as the shortest text that still says all a model must know.",
};

constexpr std::array kFormat = {
    "Write this prompt so that it says exactly what the output must look like, and that nothing "
    "else may stand in it.",
    "Write this prompt as two to four steps that are taken in order.",
    "Write this prompt so that it names the mistake that is easiest to make, and how to avoid it.",
};

constexpr std::array kPersona = {
    "Write this prompt so that it begins by saying who the model is: an expert in just this.",
    "Write this prompt as an experienced colleague would explain the task to a new one.",
    "Write this prompt as a few short and strict commands.",
};

constexpr std::array kParaphrase = {
    "Say the same as this prompt in other words. Keep its meaning and its variables.",
};

constexpr std::array<Way, 9> kWays = {{
    {"induce", Parents::none, true, false, kInduce},
    {"rewrite", Parents::user, true, false, kRewrite},
    {"repair", Parents::one, false, true, kRepair},
    {"improve", Parents::several, true, false, kImprove},
    {"cross", Parents::two, true, false, kCross},
    {"shorten", Parents::one, false, false, kShorten},
    {"format", Parents::one, true, false, kFormat},
    {"persona", Parents::one, true, false, kPersona},
    {"paraphrase", Parents::one, false, false, kParaphrase},
}};

}  // namespace

std::span<const Way> ways() { return kWays; }

std::vector<std::string> way_names() {
  std::vector<std::string> names;
  for (const Way& way : kWays) names.emplace_back(way.name);
  return names;
}

const Way& way_named(std::string_view name) {
  const auto way =
      std::find_if(kWays.begin(), kWays.end(), [&](const Way& one) { return one.name == name; });
  if (way != kWays.end()) return *way;
  const std::vector<std::string> known = way_names();
  throw Failure(ErrorKind::config, fmt::format("\"{}\" is no way to write a prompt{} Known: {}",
                                               name, did_you_mean(name, known), join(known, ", ")));
}

bool is_possible(const Way& way, const AtHand& at_hand) {
  if (way.failures && !at_hand.failures) return false;
  switch (way.parents) {
    case Parents::none:
      return true;
    case Parents::user:
      return at_hand.user_prompt;
    case Parents::one:
      return at_hand.prompts > 0;
    case Parents::two:
    case Parents::several:
      return at_hand.scored > 1;
  }
  return false;
}

}  // namespace zopo::write
