#include "run/final_share.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "run/test_stage.h"
#include "zopo/run/totals.h"

namespace zopo::run {
namespace {

constexpr std::int64_t kFewAnswers = 8;
constexpr double kMargin = 1.05;

std::int64_t scaled(std::int64_t count, double factor) {
  return saturated(std::ceil(static_cast<double>(count) * factor));
}

double ratio(std::int64_t real, std::int64_t expected) {
  return expected > 0 ? static_cast<double>(real) / static_cast<double>(expected) : 1;
}

llm::Amount part_of(llm::Amount amount, double part) {
  for (std::int64_t* const one :
       {&amount.calls, &amount.cost, &amount.usage.prompt_tokens, &amount.usage.completion_tokens})
    *one = scaled(*one, part);
  return amount;
}

llm::Amount sum_of(llm::Amount a, const llm::Amount& b) { return a += b; }

double tokens_of_call(const settings::Settings& settings, const Totals& totals) {
  const report::RunUsage usage = totals.model_usage(settings);
  return static_cast<double>(usage.prompt_tokens + usage.completion_tokens) /
         static_cast<double>(std::max<std::int64_t>(1, totals.model_calls()));
}

}  // namespace

double length_of_winner(const settings::Settings& settings, const SearchState& search) {
  constexpr std::int64_t kFewCalls = 4;
  if (!search.recommended) return 1;
  Totals all, own;
  for (const auto& [id, answers] : search.board) all.add(answers);
  own.add(search.board.at(search.recommended->id));
  const double mean = tokens_of_call(settings, all);
  if (own.model_calls() < kFewCalls || mean <= 0) return 1;
  return tokens_of_call(settings, own) / mean;
}

double baseline_left(const Inputs& inputs, const Answers& answers, const Plan& plan) {
  if (plan.baseline_outcomes <= 0) return 1;
  const auto known = static_cast<double>(baseline_on_dev(inputs, answers).size());
  return std::max(0.0, 1 - known / static_cast<double>(plan.baseline_outcomes));
}

Error no_room_for_test() {
  return {ErrorKind::budget,
          "What the caps leave does not pay for the test, so it was not begun. What was paid for "
          "is kept; raise the cap to go on."};
}

FinalShare::FinalShare(const settings::Settings& settings,
                       const Plan& plan,
                       CostBound bound,
                       llm::Budget& budget)
    : bound_(std::move(bound)), budget_(budget) {
  const settings::BudgetSettings& caps = settings.budget;
  is_capped_ =
      plan.test_outcomes + plan.baseline_outcomes > 0 && (caps.calls || caps.tokens || caps.usd);
}

void FinalShare::update(double longer, double baseline_left) {
  if (!is_capped_) return;
  longer_ = longer;
  const bool room = has_room_for_test();
  const auto keep = [&](const char* role, const char* like, double by, double left) {
    if (!cost_of(role)) return;
    budget_.keep_aside(role, room ? expected(role, like, by, left).with_margin : llm::Amount{});
  };
  keep("baseline", "search", 1, baseline_left);
  keep("test", "search", longer_, 1);
  keep("judge-test", "judge", 1, 1);
}

bool FinalShare::has_room_for_test() const {
  if (!is_capped_) return true;
  const auto least = [&](const char* role, const char* like, double longer) {
    return still_to_pay(role, part_of(expected(role, like, longer).mean, kLeastPartOfTest));
  };
  llm::Amount sum = least("test", "search", longer_);
  sum += least("judge-test", "judge", 1);
  return budget_.has_room_for(sum);
}

// Without what an earlier process has paid for already.
llm::Amount FinalShare::still_to_pay(const std::string& role, llm::Amount amount) const {
  const auto spending = budget_.by_role();
  const auto found = spending.find(role);
  if (found != spending.end()) amount -= found->second.unused;
  for (std::int64_t* const part : {&amount.calls, &amount.cost, &amount.usage.prompt_tokens,
                                   &amount.usage.completion_tokens}) {
    *part = std::max<std::int64_t>(*part, 0);
  }
  return amount;
}

const RoleCost* FinalShare::cost_of(const std::string& role) const {
  const auto found = std::find_if(bound_.roles.begin(), bound_.roles.end(),
                                  [&](const RoleCost& cost) { return cost.role == role; });
  return found == bound_.roles.end() ? nullptr : &*found;
}

FinalShare::Expected FinalShare::expected(const std::string& role,
                                          const std::string& like,
                                          double longer,
                                          double left) const {
  const RoleCost* const cost = cost_of(role);
  const RoleCost* const alike = cost_of(like);
  if (!cost || left <= 0) return {};
  const auto spending = budget_.by_role();
  const auto seen = alike ? spending.find(like) : spending.end();
  llm::Amount once = part_of(cost->typical, left);  // one sending each
  double sendings = 1;
  const bool is_known = seen != spending.end() && seen->second.needed.calls >= kFewAnswers;
  if (!is_known) {
    once.usage = {};  // only the number of calls is
  } else {
    const llm::Amount charged = seen->second.charged();
    const auto answers = static_cast<double>(seen->second.needed.calls);
    sendings = static_cast<double>(charged.calls) / answers;
    const double typical = answers / static_cast<double>(alike->typical.calls);
    const auto per_answer = [&](std::int64_t real, std::int64_t planned) {
      return ratio(real, scaled(planned, typical));
    };
    once.usage.prompt_tokens = scaled(
        once.usage.prompt_tokens,
        longer * per_answer(charged.usage.prompt_tokens, alike->typical.usage.prompt_tokens));
    once.usage.completion_tokens = scaled(
        once.usage.completion_tokens, longer * per_answer(charged.usage.completion_tokens,
                                                          alike->typical.usage.completion_tokens));
  }
  if (cost->pricing || !is_known) once.cost = is_known ? cost->pricing->upper_bound(once.usage) : 0;
  const auto calls = static_cast<double>(once.calls);
  // How far the number of sendings may stray: three deviations of that of a geometric one.
  const double stray = 3 * std::sqrt(calls * sendings * (sendings - 1));
  Expected expected{once, once};
  expected.mean.calls = scaled(once.calls, sendings);
  expected.with_margin = {saturated_sum(expected.mean.calls, scaled(1, stray)),
                          {scaled(once.usage.prompt_tokens, kMargin),
                           scaled(once.usage.completion_tokens, kMargin), 0, 0},
                          scaled(once.cost, kMargin)};
  if (!is_known) return expected;
  // The last one is sent only where its longest reply fits.
  llm::Amount last = cost->longest;
  last.calls = 0;
  expected.with_margin = sum_of(expected.with_margin, last);
  return expected;
}

}  // namespace zopo::run
