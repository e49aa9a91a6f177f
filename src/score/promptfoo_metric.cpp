// 1 where the test case of promptfoo passes.

#include <map>
#include <mutex>

#include "metrics.h"
#include "zopo/data/promptfoo_assertions.h"

namespace zopo::score {
namespace {

class PromptfooMetric final : public Metric {
 public:
  // Without an example there are no assertions.
  double score(std::string_view, std::span<const std::string>) const override { return 0; }
  bool is_binary() const override { return true; }

  std::vector<Verdict> score_all(std::span<const Case> cases) const override {
    std::vector<Verdict> verdicts;
    for (const Case& one : cases) verdicts.push_back({score_one(one), ""});
    return verdicts;
  }

 private:
  Result<double> score_one(const Case& one) const {
    const data::Example& example = *one.example;
    if (example.assertions.empty())
      return Error{ErrorKind::data, example.where + ": no test case of promptfoo"};
    return compiled(example)->passes(std::string(one.answer)) ? 1.0 : 0.0;
  }

  std::shared_ptr<const data::PromptfooAssertion> compiled(const data::Example& example) const {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const data::PromptfooAssertion>& slot = cache_[example.assertions];
    if (!slot) slot = data::assertions_of(example);
    return slot;
  }

  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const data::PromptfooAssertion>> cache_;
};

}  // namespace

std::unique_ptr<Metric> make_promptfoo(const Normalizer&, MetricOptions&) {
  return std::make_unique<PromptfooMetric>();
}

}  // namespace zopo::score
