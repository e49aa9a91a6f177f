// What a run can come to, role by role.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "zopo/base/json_size.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/plan.h"
#include "zopo/run/writing.h"

namespace zopo::run {
namespace {

constexpr std::int64_t kBytesPerToken = 4, kTokensOfTemplate = 8, kTokensOfVerdict = 60,
                       kTokensOfInstruction = 40, kTokensOfWriting = 150;

std::int64_t count_of(std::size_t n) { return static_cast<std::int64_t>(n); }

llm::Amount times_amount(const llm::Amount& once, std::int64_t n) {
  return {saturated_product(once.calls, n),
          {saturated_product(once.usage.prompt_tokens, n),
           saturated_product(once.usage.completion_tokens, n), 0, 0},
          saturated_product(once.cost, n)};
}

// Adds up what calls of one role come to.
class RoleSum {
 public:
  // sendings: that one answer may need.
  RoleSum(std::string role, const std::optional<llm::Pricing>& pricing, std::int64_t sendings)
      : sendings_(sendings) {
    cost_.role = std::move(role);
    cost_.pricing = pricing;
  }

  // So many calls; tokens of one of them, at most and typically.
  void add(std::int64_t calls, const llm::Usage& longest, const llm::Usage& typical) {
    add(calls, longest, calls, typical);
  }
  void add(std::int64_t calls,
           const llm::Usage& longest,
           std::int64_t typical_calls,
           const llm::Usage& typical) {
    if (calls <= 0) return;
    const llm::Amount once = priced(longest);
    cost_.most += times_amount(once, saturated_product(calls, sendings_));
    cost_.typical += times_amount(priced(typical), typical_calls);
    if (once.tokens() > cost_.longest.tokens()) cost_.longest = once;
  }

  const RoleCost& cost() const { return cost_; }

 private:
  llm::Amount priced(const llm::Usage& usage) const {
    return {1, usage, cost_.pricing ? cost_.pricing->upper_bound(usage) : 0};
  }

  std::int64_t sendings_;
  RoleCost cost_;
};

std::int64_t sendings_per_answer(const settings::LlmSettings& llm) {
  return 1 + std::max(1, llm.empty_retries);
}

// The candidate of middling length.
task::Candidate typical_candidate(const Inputs& inputs) {
  if (inputs.candidates.empty())
    return std::string(static_cast<std::size_t>(kTokensOfInstruction * kBytesPerToken), 'x');
  std::vector<std::pair<std::size_t, std::size_t>> sizes;
  for (std::size_t i = 0; i < inputs.candidates.size(); ++i)
    sizes.emplace_back(inputs.candidates[i].instruction.size(), i);
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return inputs.candidates[middle->second];
}

std::size_t content_size(const std::vector<llm::Message>& messages, bool in_json) {
  std::size_t size = 0;
  for (const llm::Message& message : messages)
    size += in_json ? size_in_json(message.content) : message.content.size();
  return size;
}

// Of the tokens that a request costs at most, by the body that goes out.
llm::Usage longest_usage(const llm::ClientSettings& client, const llm::ChatRequest& request) {
  return llm::upper_bound(client, std::vector{request}).usage;
}

struct Tokens {
  llm::Usage longest, typical;
};

std::int64_t tokens_in(std::size_t bytes) {
  return count_of(bytes) / kBytesPerToken + kTokensOfTemplate;
}

// Of the model's calls on the examples of a dataset.
Tokens tokens_on(const settings::Settings& settings,
                 const Inputs& inputs,
                 const data::Dataset& dataset,
                 const task::Candidate& longest,
                 const task::Candidate& typical) {
  const llm::ClientSettings client = client_settings(settings, nullptr);
  std::size_t most = 0, bytes = 0, references = 0;
  llm::ChatRequest longest_request;
  for (const data::Example& example : dataset.examples) {
    std::vector<llm::Message> messages = inputs.prompt.fill(longest, example);
    const std::size_t size = content_size(messages, true);
    if (size >= most) {
      most = size;
      longest_request = {std::move(messages)};
    }
    bytes += content_size(inputs.prompt.fill(typical, example), false);
    if (!example.references.empty()) references += example.references.front().size();
  }
  const std::size_t n = std::max<std::size_t>(1, dataset.examples.size());
  const std::int64_t reply = count_of(references / n) / kBytesPerToken + 4;
  return {longest_usage(client, longest_request),
          {tokens_in(bytes / n), std::min<std::int64_t>(reply, settings.llm.max_tokens), 0, 0}};
}

// Of one question to the judge about an answer to an example of a dataset.
Tokens tokens_of_judge(const settings::Settings& settings,
                       const data::Dataset& dataset,
                       bool with_choices) {
  const llm::ClientSettings client = client_settings(settings::judging(settings), nullptr);
  std::size_t most = 0;
  llm::ChatRequest longest;
  std::size_t bytes = 0, n = 0;
  for (const data::Example& example : dataset.examples) {
    for (llm::ChatRequest& request : judge_requests(settings, example, with_choices)) {
      const std::size_t size = content_size(request.messages, true);
      bytes += example.input.size() + 1600;  // what stands around it
      ++n;
      if (size < most) continue;
      most = size;
      longest = std::move(request);
    }
  }
  if (n == 0) return {};
  const std::int64_t verdict =
      std::min<std::int64_t>(kTokensOfVerdict, client.chat.max_tokens.value_or(0));
  return {longest_usage(client, longest), {tokens_in(bytes / n), verdict, 0, 0}};
}

std::optional<llm::Pricing> price_of(const std::optional<settings::Price>& price) {
  if (!price) return std::nullopt;
  return llm::Pricing{price->prompt_usd_per_million, price->completion_usd_per_million,
                      price->cached_usd_per_million};
}

std::vector<RoleCost> costs_of_model(const settings::Settings& settings,
                                     const Inputs& inputs,
                                     const Plan& plan,
                                     const task::Candidate& longest) {
  const auto price = price_of(settings.llm.price);
  const std::int64_t sendings = sendings_per_answer(settings.llm);
  RoleSum search("search", price, sendings), baseline("baseline", price, sendings),
      test("test", price, sendings);
  const task::Candidate typical = typical_candidate(inputs);
  const Tokens dev = tokens_on(settings, inputs, inputs.splits.dev, longest, typical);
  // Writing is taken out of the search's calls.
  const std::int64_t answers = std::max<std::int64_t>(
      plan.search_calls() - plan.later_writes() - plan.reflect_calls(), plan.search_calls() / 2);
  search.add(plan.search_calls(), dev.longest, answers, dev.typical);
  baseline.add(plan.baseline_calls(), dev.longest, dev.typical);
  if (plan.test_outcomes > 0) {
    const Tokens sealed = tokens_on(settings, inputs, inputs.splits.test, longest, typical);
    test.add(plan.test_calls(), sealed.longest, sealed.typical);
  }
  return {search.cost(), baseline.cost(), test.cost()};
}

std::vector<RoleCost> costs_of_judge(const settings::Settings& settings,
                                     const Inputs& inputs,
                                     const Plan& plan) {
  if (!settings.judge) return {};
  const auto price =
      settings.judge->is_person ? llm::Pricing{} : price_of(settings.judge->llm.price);
  const std::int64_t sendings = sendings_per_answer(settings.judge->llm);
  RoleSum judge("judge", price, sendings), test("judge-test", price, sendings);
  const Tokens dev = tokens_of_judge(settings, inputs.splits.dev, true);
  const Tokens train = tokens_of_judge(settings, inputs.splits.train, false);
  const Tokens sealed = tokens_of_judge(settings, inputs.splits.test, true);
  const std::int64_t on_train = saturated_product(plan.reflect_calls(), plan.grades);
  judge.add(plan.judge_calls() - plan.judge_test_calls(), dev.longest, dev.typical);
  judge.add(on_train, train.longest, 0, train.typical);  // instead of some on dev
  test.add(plan.judge_test_calls(), sealed.longest, sealed.typical);
  return {judge.cost(), test.cost()};
}

// Prompt tokens of a request for a new prompt: our words, the examples and two prompts.
std::int64_t typical_writing(const settings::Settings& settings, const Inputs& inputs) {
  constexpr std::int64_t kTokensOfBrief = 200;
  std::size_t bytes = 0;
  for (const data::Example& example : inputs.splits.train.examples)
    bytes += example.input.size() + example.references.front().size();
  const std::int64_t each =
      count_of(bytes / std::max<std::size_t>(1, inputs.splits.train.examples.size()));
  const std::int64_t prompts = 2 * count_of(typical_candidate(inputs).instruction.size());
  const std::int64_t examples = saturated_product(settings.candidates.write->demonstrations, each);
  return kTokensOfBrief + saturated_sum(prompts, examples) / kBytesPerToken;
}

std::vector<RoleCost> costs_of_writing(const settings::Settings& settings,
                                       const Inputs& inputs,
                                       const Plan& plan,
                                       const task::Candidate& longest) {
  if (!settings.candidates.write) return {};
  const settings::LlmSettings writer = settings::writing(settings).llm;
  RoleSum write("write", price_of(writer.price), sendings_per_answer(writer)),
      reflect("reflect", price_of(settings.llm.price), sendings_per_answer(settings.llm));
  constexpr std::int64_t kAround = 2000;  // in a body, beside the messages
  const std::int64_t bytes = saturated_sum(longest_writing(settings, inputs), kAround);
  const std::int64_t most = settings.candidates.write->max_tokens;
  write.add(
      plan.write_calls, {bytes, most, 0, 0},
      {typical_writing(settings, inputs), std::min<std::int64_t>(kTokensOfWriting, most), 0, 0});
  if (plan.reflect_calls() > 0) {
    const Tokens train =
        tokens_on(settings, inputs, inputs.splits.train, longest, typical_candidate(inputs));
    reflect.add(plan.reflect_calls(), train.longest, train.typical);
  }
  return {write.cost(), reflect.cost()};
}

std::int64_t later_prompts(const settings::Settings& settings, const Plan& plan) {
  if (!settings.candidates.write) return 0;
  return saturated_product(plan.later_writes(), settings.candidates.write->per_reply);
}

// Those that are made during the search are embedded as they come, and begin in a batch that others
// are in already.
std::int64_t most_embed_calls(const settings::Settings& settings,
                              const Plan& plan,
                              std::int64_t candidates) {
  const std::int64_t batch = settings.embeddings.batch;
  const auto parts = [](std::int64_t whole, std::int64_t size) {
    return (whole + size - 1) / size;
  };
  const std::int64_t turns = saturated_sum(plan.later_writes(), plan.variations);
  const std::int64_t later = saturated_sum(later_prompts(settings, plan), plan.variations);
  return parts(candidates, batch) + parts(later, batch) + saturated_product(2, turns);
}

RoleCost cost_of_embeddings(const settings::Settings& settings,
                            const Inputs& inputs,
                            const Plan& plan,
                            const task::Candidate& longest) {
  std::optional<llm::Pricing> price;
  if (settings.embeddings.usd_per_million)
    price = llm::Pricing{*settings.embeddings.usd_per_million};
  RoleCost cost{.role = "embed", .most = {}, .typical = {}, .longest = {}, .pricing = price};
  if (plan.embed_calls == 0) return cost;
  const std::int64_t candidates = expected_candidates(settings, inputs);
  std::int64_t bytes = 0;
  for (const task::Candidate& one : inputs.candidates)
    bytes = saturated_sum(bytes, count_of(size_in_json(one.text())) + 8);
  const std::int64_t added =
      saturated_sum(later_prompts(settings, plan),
                    plan.variations + (candidates - count_of(inputs.candidates.size())));
  const std::int64_t each = count_of(size_in_json(longest.text())) + 8;
  bytes = saturated_sum(bytes, saturated_product(added, each));
  const std::int64_t calls = most_embed_calls(settings, plan, candidates);
  const std::int64_t around =
      saturated_product(calls, count_of(size_in_json(settings.embeddings.model)) + 256);
  constexpr std::int64_t kSendings = 2;
  const llm::Usage most{saturated_product(saturated_sum(bytes, around), kSendings), 0, 0, 0};
  const llm::Usage typical{bytes / kBytesPerToken, 0, 0, 0};
  cost.most = {saturated_product(calls, kSendings), most, price ? price->upper_bound(most) : 0};
  cost.typical = {plan.embed_calls, typical, price ? price->upper_bound(typical) : 0};
  return cost;
}

void cap_at(const settings::BudgetSettings& budget, CostBound& bound) {
  const auto lower = [](std::int64_t& value, const std::optional<std::int64_t>& cap) {
    if (cap) value = std::min(value, *cap);
  };
  for (std::int64_t* const calls : {&bound.calls, &bound.typical.calls})
    lower(*calls, budget.calls);
  for (std::int64_t* const tokens :
       {&bound.prompt_tokens, &bound.completion_tokens, &bound.typical.prompt_tokens,
        &bound.typical.completion_tokens}) {
    lower(*tokens, budget.tokens);
  }
  for (std::optional<double>* const usd : {&bound.usd, &bound.typical.usd}) {
    if (*usd && budget.usd) **usd = std::min(**usd, *budget.usd);
  }
}

}  // namespace

CostBound bound_cost(const settings::Settings& settings, const Inputs& inputs, const Plan& plan) {
  const task::Candidate longest = longest_candidate(settings, inputs);
  CostBound bound;
  const auto take = [&](const std::vector<RoleCost>& costs) {
    for (const RoleCost& cost : costs) {
      if (cost.most.calls > 0) bound.roles.push_back(cost);
    }
  };
  take(costs_of_writing(settings, inputs, plan, longest));
  take({cost_of_embeddings(settings, inputs, plan, longest)});
  take(costs_of_model(settings, inputs, plan, longest));
  take(costs_of_judge(settings, inputs, plan));
  llm::Amount most, typical;
  bool is_priced = true;
  for (const RoleCost& cost : bound.roles) {
    most += cost.most;
    typical += cost.typical;
    is_priced = is_priced && cost.pricing;
  }
  bound.calls = most.calls;
  bound.prompt_tokens = most.usage.prompt_tokens;
  bound.completion_tokens = most.usage.completion_tokens;
  bound.typical = {typical.calls, typical.usage.prompt_tokens, typical.usage.completion_tokens, {}};
  if (is_priced) {
    bound.usd = most.usd();
    bound.typical.usd = typical.usd();
  }
  cap_at(settings.budget, bound);
  return bound;
}

llm::Amount CostBound::most() const {
  llm::Amount sum;
  bool is_priced = true;
  for (const RoleCost& cost : roles) {
    sum += cost.most;
    is_priced = is_priced && cost.pricing;
  }
  if (!is_priced) sum.cost = std::numeric_limits<llm::Picodollars>::max();
  return sum;
}

}  // namespace zopo::run
