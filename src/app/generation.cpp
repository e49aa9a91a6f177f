#include "app/generation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "zopo/base/text.h"

namespace zopo::app {

using nlohmann::json;

std::string dropped_text(const task::Generation& made) {
  std::vector<std::string> parts;
  for (const auto& [why, count] : made.dropped) parts.push_back(fmt::format("{} {}", count, why));
  return join(parts, ", ");
}

std::vector<std::string> generation_warnings(const task::Generation& made, std::int64_t wanted) {
  const auto distinct = static_cast<std::int64_t>(made.candidates.size());
  if (made.error || distinct == 0 || distinct >= wanted) return {};
  const char* why = made.repeats_itself ? "the generator repeats itself" : "the calls are used up";
  return {fmt::format("{} of {} candidates after {} replies: {} ({})", distinct, wanted,
                      made.replies, why, dropped_text(made))};
}

std::optional<Error> generation_error(const task::Generation& made) {
  if (made.error) return made.error->with_context("candidates");
  if (!made.candidates.empty()) return std::nullopt;
  return Error{ErrorKind::api,
               fmt::format("the model gave no usable instruction in {} replies ({}); the first of "
                           "them: {:?}. Name a model that follows instructions, or "
                           "\"candidates\".\"file\"",
                           made.replies, dropped_text(made), made.first_unusable)};
}

std::string candidates_jsonl(const std::vector<task::Candidate>& candidates) {
  std::string lines;
  for (const task::Candidate& one : candidates) {
    json line = {{"prompt", one.instruction}};
    if (!one.way.empty()) line["way"] = one.way;
    if (!one.exemplars.empty()) {
      line["exemplars"] = one.exemplars;
      line["text"] = one.text();
    }
    lines += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }
  return lines;
}

std::string candidates_jsonl(const std::vector<std::string>& prompts,
                             const std::vector<task::Generated>& made) {
  std::string lines;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    json line = {{"prompt", prompts[i]}};
    if (i < made.size()) line["way"] = task::to_string(made[i].way);
    lines += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }
  return lines;
}

}  // namespace zopo::app
