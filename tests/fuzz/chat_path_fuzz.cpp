// The whole path of a reply: any bytes as the body of each provider, then what became of it stored
// and read again, taken apart, and scored.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "llm/chat_format.h"
#include "zopo/llm/client.h"
#include "zopo/llm/stored_reply.h"
#include "zopo/score/extract.h"
#include "zopo/score/metric.h"
#include "zopo/task/judge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using zopo::llm::ReplyState;
  static constexpr int kStatuses[] = {200, 200, 400, 404, 429, 500};
  static const std::vector<std::string> providers = zopo::llm::chat_providers();
  static const auto metric =
      zopo::score::make_metric("f1", zopo::score::conventional_normalization("f1"), {});
  if (size < 2) return 0;
  const auto& format = zopo::llm::chat_format(providers[data[0] % providers.size()]);
  const std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const zopo::llm::ChatReply reply = format.parse(kStatuses[data[1] % 6], {}, body);
  if (reply.state == ReplyState::error) return reply.error.message.empty() ? std::abort(), 0 : 0;
  const std::string payload = zopo::llm::to_payload(
      {reply.state, reply.text, reply.finish_reason, reply.model, {reply.usage}});
  const auto stored = zopo::llm::from_payload(payload);
  if (!stored || stored->state != reply.state) std::abort();
  for (const char* step : {"strip_think", "last_number", "boxed", "json:/a"}) {
    const std::string answer = zopo::score::Extractor(std::vector<std::string>{step})(stored->text);
    const double score = metric->score(answer, std::vector<std::string>{"reference"});
    if (!(score >= 0 && score <= 1)) std::abort();
  }
  const auto grade = zopo::task::parse_grade(stored->text, {{}, "0"}, {"R", 1, 5, true, 100});
  if (grade.ok() && !(*grade >= 0 && *grade <= 1)) std::abort();
  return 0;
}
