#include "app/totals.h"

namespace zopo::app {

namespace {

report::RunUsage usage_of(const task::Expense& expense, const std::optional<Price>& price) {
  const llm::Usage& tokens = expense.usage;
  report::RunUsage usage;
  usage.calls = expense.calls;
  usage.prompt_tokens = tokens.prompt_tokens;
  usage.completion_tokens = tokens.completion_tokens;
  if (!price) return usage;
  const auto plain = static_cast<double>(tokens.prompt_tokens - tokens.cached_tokens);
  usage.usd = (plain * price->prompt_usd_per_million +
               static_cast<double>(tokens.cached_tokens) * price->cached_usd_per_million +
               static_cast<double>(tokens.completion_tokens) * price->completion_usd_per_million) /
              1e6;
  return usage;
}

}  // namespace

void Totals::add(std::span<const task::Answer> answers) {
  const task::Evaluation counts = task::summarize(answers);
  errors_ += counts.error;
  truncated_ += counts.truncated;
  for (const task::Answer& answer : answers) {
    model_ += {answer.usage, answer.calls, answer.calls_paid};
    judge_ += answer.judge;
  }
}

void Totals::add(const task::Generation& made) { model_ += {made.usage, made.calls, 0}; }

report::RunUsage Totals::model_usage(const Settings& settings) const {
  return usage_of(model_, settings.llm.price);
}

report::RunUsage Totals::usage(const Settings& settings) const {
  report::RunUsage usage = model_usage(settings);
  if (!settings.judge) return usage;
  const report::RunUsage judge = usage_of(judge_, settings.judge->llm.price);
  usage.judge = {judge.calls, judge.prompt_tokens, judge.completion_tokens, judge.usd};
  usage.calls += judge.calls;
  usage.prompt_tokens += judge.prompt_tokens;
  usage.completion_tokens += judge.completion_tokens;
  if (usage.usd && judge.usd) {
    *usage.usd += *judge.usd;
  } else {
    usage.usd.reset();
  }
  return usage;
}

}  // namespace zopo::app
