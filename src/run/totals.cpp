#include "zopo/run/totals.h"

namespace zopo::run {

namespace {

report::RunUsage usage_of(const task::Expense& expense,
                          const std::optional<settings::Price>& price) {
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

report::RunUsage::Part part_of_role(const llm::Spending& spending) {
  const llm::Amount charged = spending.charged();
  report::RunUsage::Part part{charged.calls, charged.usage.prompt_tokens,
                              charged.usage.completion_tokens, std::nullopt};
  if (spending.is_priced) part.usd = charged.usd();
  return part;
}

template <class Sum>
void add_part(const report::RunUsage::Part& part, Sum& sum) {
  sum.calls += part.calls;
  sum.prompt_tokens += part.prompt_tokens;
  sum.completion_tokens += part.completion_tokens;
  if (sum.usd && part.usd) {
    *sum.usd += *part.usd;
  } else {
    sum.usd.reset();
  }
}

}  // namespace

void Totals::add(std::span<const task::Answer> answers) {
  const task::Evaluation counts = task::summarize(answers);
  errors_ += counts.error;
  truncated_ += counts.truncated;
  for (const task::Answer& answer : answers) {
    model_ += {answer.usage, answer.calls, answer.calls_paid};
  }
}

report::RunUsage Totals::model_usage(const settings::Settings& settings) const {
  return usage_of(model_, settings.llm.price);
}

report::RunUsage usage_of_roles(const settings::Settings& settings,
                                const std::map<std::string, llm::Spending>& spending) {
  report::RunUsage usage;
  report::RunUsage::Part judge, writer;
  for (report::RunUsage::Part* const part : {&judge, &writer}) part->usd = 0;
  usage.usd = 0;
  for (const auto& [role, spent] : spending) {
    const report::RunUsage::Part part = part_of_role(spent);
    if (part.calls == 0) continue;
    usage.roles[role] = part;
    add_part(part, usage);
    if (role.starts_with("judge")) add_part(part, judge);
    if (role == "write") add_part(part, writer);
  }
  if (usage.calls == 0 && !settings.llm.price) usage.usd.reset();
  if (settings.judge) usage.judge = judge;
  const auto& write = settings.candidates.write;
  if (write && write->llm) usage.writer = writer;
  return usage;
}

}  // namespace zopo::run
