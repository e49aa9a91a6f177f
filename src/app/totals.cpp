#include "app/totals.h"

namespace zopo::app {

void Totals::add(std::span<const task::Answer> answers) {
  const task::Evaluation counts = task::summarize(answers);
  errors_ += counts.error;
  truncated_ += counts.truncated;
  for (const task::Answer& answer : answers) {
    usage_.calls += answer.calls;
    usage_.prompt_tokens += answer.usage.prompt_tokens;
    usage_.completion_tokens += answer.usage.completion_tokens;
    cached_tokens_ += answer.usage.cached_tokens;
  }
}

void Totals::add(const task::Generation& made) {
  usage_.calls += made.calls;
  usage_.prompt_tokens += made.usage.prompt_tokens;
  usage_.completion_tokens += made.usage.completion_tokens;
  cached_tokens_ += made.usage.cached_tokens;
}

report::RunUsage Totals::usage(const std::optional<Price>& price) const {
  report::RunUsage usage = usage_;
  if (!price) return usage;
  const auto plain = static_cast<double>(usage_.prompt_tokens - cached_tokens_);
  usage.usd = (plain * price->prompt_usd_per_million +
               static_cast<double>(cached_tokens_) * price->cached_usd_per_million +
               static_cast<double>(usage_.completion_tokens) * price->completion_usd_per_million) /
              1e6;
  return usage;
}

}  // namespace zopo::app
