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

report::RunUsage::Part part_of(const report::RunUsage& usage) {
  return {usage.calls, usage.prompt_tokens, usage.completion_tokens, usage.usd};
}

void add_part(const report::RunUsage& part, report::RunUsage& usage) {
  usage.calls += part.calls;
  usage.prompt_tokens += part.prompt_tokens;
  usage.completion_tokens += part.completion_tokens;
  if (usage.usd && part.usd) {
    *usage.usd += *part.usd;
  } else {
    usage.usd.reset();
  }
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

void Totals::add(const write::Batch& written) { writer_ += {written.usage, written.calls, 0}; }

report::RunUsage Totals::model_usage(const Settings& settings) const {
  return usage_of(model_, settings.llm.price);
}

report::RunUsage Totals::usage(const Settings& settings) const {
  report::RunUsage usage = model_usage(settings);
  const report::RunUsage written = usage_of(writer_, writing(settings).llm.price);
  const auto& write = settings.candidates.write;
  if (write && write->llm) usage.writer = part_of(written);
  if (writer_.calls > 0) add_part(written, usage);
  if (!settings.judge) return usage;
  const report::RunUsage judge = usage_of(judge_, settings.judge->llm.price);
  usage.judge = part_of(judge);
  add_part(judge, usage);
  return usage;
}

}  // namespace zopo::app
