// Cuts thinking from a reply by the marks of the models' templates. Called by the step
// "strip_think" and by run's first look at replies.

#include "zopo/score/thinking.h"

#include <algorithm>
#include <array>

#include "zopo/base/text.h"

namespace zopo::score {
namespace {

struct ThinkingMarks {
  std::string_view open, close;
};

constexpr std::array<ThinkingMarks, 10> kThinkingMarks = {{
    {"<think>", "</think>"},
    {"<thinking>", "</thinking>"},
    {"<thought>", "</thought>"},
    {"<reasoning>", "</reasoning>"},
    {"<reflection>", "</reflection>"},
    {"<seed:think>", "</seed:think>"},
    {"[THINK]", "[/THINK]"},
    {"\xE2\x97\x81think\xE2\x96\xB7", "\xE2\x97\x81/think\xE2\x96\xB7"},
    {"<|START_THINKING|>", "<|END_THINKING|>"},
    {"<|channel|>analysis<|message|>", "<|channel|>final<|message|>"},
}};
constexpr std::string_view kFirstBytes = "<[\xE2";  // of the marks

const ThinkingMarks* opened_by(std::string_view text) {
  const auto* found =
      std::find_if(kThinkingMarks.begin(), kThinkingMarks.end(),
                   [&](const ThinkingMarks& marks) { return text.starts_with(marks.open); });
  return found == kThinkingMarks.end() ? nullptr : found;
}

const ThinkingMarks* closed_by(std::string_view text) {
  const auto* found =
      std::find_if(kThinkingMarks.begin(), kThinkingMarks.end(),
                   [&](const ThinkingMarks& marks) { return text.starts_with(marks.close); });
  return found == kThinkingMarks.end() ? nullptr : found;
}

}  // namespace

std::string without_thinking(std::string_view reply) {
  std::string kept;
  const ThinkingMarks* inside = nullptr;
  int depth = 0;  // of the same marks inside of each other
  while (!reply.empty()) {
    const ThinkingMarks* opening = opened_by(reply);
    const ThinkingMarks* closing = closed_by(reply);
    std::size_t size = std::min(reply.find_first_of(kFirstBytes, 1), reply.size());
    if (opening != nullptr && (inside == nullptr || inside == opening)) {
      inside = opening;
      ++depth;
      size = opening->open.size();
    } else if (closing != nullptr && (inside == nullptr || inside == closing)) {
      if (inside == nullptr) kept.clear();  // the chat template wrote the opening mark
      depth = std::max(0, depth - 1);
      if (depth == 0) inside = nullptr;
      size = closing->close.size();
    } else if (inside == nullptr) {
      kept += reply.substr(0, size);  // up to what may be the next mark
    }
    reply.remove_prefix(size);
  }
  return kept;
}

bool begins_with_thinking(std::string_view reply) { return opened_by(trim(reply)) != nullptr; }

}  // namespace zopo::score
