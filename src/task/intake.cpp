#include "task/intake.h"

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/twins.h"
#include "zopo/task/clean_instruction.h"

namespace zopo::task {
namespace {

constexpr std::size_t kQuoted = 120;

// Would every other request fail the same way?
bool ends_it(ErrorKind kind) {
  return kind != ErrorKind::api && kind != ErrorKind::data && kind != ErrorKind::incomplete;
}

const char* name_of(data::Twin::Kind kind) {
  switch (kind) {
    case data::Twin::Kind::exact:
      return "exact";
    case data::Twin::Kind::normalized:
      return "normalized";
    default:
      return "near";
  }
}

void take_error(const Error& error, Generation& made) {
  if (ends_it(error.kind)) {
    if (!made.error) made.error = error;
    return;
  }
  ++made.dropped["error"];
  if (made.first_unusable.empty()) made.first_unusable = error.message;
}

}  // namespace

Generation& Generation::operator+=(const Generation& more) {
  candidates.insert(candidates.end(), more.candidates.begin(), more.candidates.end());
  replies += more.replies;
  calls += more.calls;
  calls_paid += more.calls_paid;
  usage.prompt_tokens += more.usage.prompt_tokens;
  usage.completion_tokens += more.usage.completion_tokens;
  usage.cached_tokens += more.usage.cached_tokens;
  for (const auto& [why, count] : more.dropped) dropped[why] += count;
  if (first_unusable.empty()) first_unusable = more.first_unusable;
  if (!error) error = more.error;
  return *this;
}

void take_reply(const llm::ChatReply& reply,
                Way way,
                const std::function<bool(const std::string&)>& gives_away,
                Generation& made) {
  if (reply.state == llm::ReplyState::error) return take_error(reply.error, made);
  ++made.replies;
  made.calls += reply.calls;
  if (reply.paid) made.calls_paid += reply.calls;
  made.usage.prompt_tokens += reply.usage.prompt_tokens;
  made.usage.completion_tokens += reply.usage.completion_tokens;
  made.usage.cached_tokens += reply.usage.cached_tokens;
  const CleanedReply cleaned =
      clean_instruction(reply.text, reply.state == llm::ReplyState::truncated);
  if (cleaned.why) {
    ++made.dropped[to_string(*cleaned.why)];
    if (made.first_unusable.empty())
      made.first_unusable = make_valid_utf8(trim(reply.text).substr(0, kQuoted));
  }
  for (const std::string& instruction : cleaned.instructions) {
    if (gives_away && gives_away(instruction)) {
      ++made.dropped["leak"];
    } else {
      made.candidates.push_back({instruction, way});
    }
  }
}

void drop_twins(std::span<const std::string> known,
                double near,
                std::int64_t most,
                Generation& made) {
  std::vector<std::string> texts(known.begin(), known.end());
  for (const Generated& candidate : made.candidates) texts.push_back(candidate.prompt);
  const std::vector<data::Twin> twins = data::find_twins(texts, near);
  std::vector<Generated> kept;
  for (std::size_t i = 0; i < made.candidates.size(); ++i) {
    const data::Twin::Kind kind = twins[known.size() + i].kind;
    if (kind != data::Twin::Kind::none) {
      ++made.dropped[name_of(kind)];
    } else if (static_cast<std::int64_t>(kept.size()) < most) {
      kept.push_back(std::move(made.candidates[i]));
    }
  }
  made.candidates = std::move(kept);
}

}  // namespace zopo::task
