// A metric or a judge as a measure. Called by the evaluator's constructor.

#include "zopo/task/measure.h"

namespace zopo::task {
namespace {

class ByMetric final : public Measure {
 public:
  explicit ByMetric(const score::Metric& metric) : metric_(metric) {}

  std::vector<Measurement> measure(std::span<const score::Metric::Case> cases) const override {
    std::vector<Measurement> measured;
    for (score::Metric::Verdict& verdict : metric_.score_all(cases))
      measured.push_back({std::move(verdict.score), {}, std::move(verdict.feedback)});
    return measured;
  }

 private:
  const score::Metric& metric_;
};

}  // namespace

void Expense::add(const llm::ChatReply& reply) {
  *this += {reply.usage, reply.calls, reply.paid ? reply.calls : 0};
}

Expense& Expense::operator+=(const Expense& other) {
  usage.prompt_tokens += other.usage.prompt_tokens;
  usage.completion_tokens += other.usage.completion_tokens;
  usage.cached_tokens += other.usage.cached_tokens;
  usage.reasoning_tokens += other.usage.reasoning_tokens;
  calls += other.calls;
  calls_paid += other.calls_paid;
  return *this;
}

std::unique_ptr<Measure> measure_by(const score::Metric& metric) {
  return std::make_unique<ByMetric>(metric);
}

}  // namespace zopo::task
