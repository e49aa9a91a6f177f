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
    "Write a prompt that explains this task to a model that has not seen these examples: what to "
    "look at in the input, and how the answer follows from it.",
    "Find the rule by which the answers follow from the inputs. Write a prompt that states it, so "
    "that a model that has not seen these examples can answer any input.",
};

constexpr std::array kRewrite = {
    "Write this prompt anew as a whole, so that a model that follows it makes fewer mistakes. Keep "
    "what it asks for, its sections and its variables.",
    "Write this prompt anew as a whole: say first what matters most, drop what does not help, and "
    "add the rule that it lacks. Keep its variables.",
};

constexpr std::array kRepair = {
    "First say in a few sentences why the model was wrong: which words of the prompt misled it, or "
    "what the prompt leaves open. Then write the prompt anew with the cause mended, by a rule that "
    "holds for other inputs too. Leave the rest of it as it is.",
};

constexpr std::array kImprove = {
    "Say briefly what the better of these prompts have that the others lack. Then write one that "
    "goes further in the same direction.",
    "Say briefly which change between these prompts helped and which one hurt. Then write one that "
    "keeps what helped and drops what hurt.",
};

constexpr std::array kCross = {
    "Say briefly what each of these two prompts does better than the other. Then write one prompt "
    "that "
    "joins both.",
};

constexpr std::array kShorten = {
    "Write this prompt anew in half as many words or fewer. Lose no rule and no variable.",
    "Write this prompt anew, as short as possible, with all that a model must know.",
};

constexpr std::array kFormat = {
    "Write this prompt anew so that it also says what the answer must look like, and that nothing "
    "else may stand in it.",
    "Write this prompt anew as two to four steps that are taken in order.",
    "Write this prompt anew so that it also names the mistake that is easiest to make, and how to "
    "avoid it.",
};

constexpr std::array kPersona = {
    "Write this prompt anew so that its first sentence tells the model who it is: an expert in "
    "this "
    "kind of work.",
    "Write this prompt anew as an experienced colleague would explain the task to a new one.",
    "Write this prompt anew as a few short and strict commands.",
};

constexpr std::array kParaphrase = {
    "Write this prompt anew in other words. Keep its meaning and its variables.",
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
