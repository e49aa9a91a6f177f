// Compiles a test case's assertions and groups of them. Called when data is loaded and by the
// metric "promptfoo".

#include "data/promptfoo/assertions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "data/promptfoo/texts.h"
#include "zopo/base/bad_data.h"

namespace zopo::data {
namespace {

class OneAssertion final : public PromptfooAssertion {
 public:
  OneAssertion(OutputTest test, bool decides) : test_(std::move(test)), decides_(decides) {}
  double score(const std::string& output) const override { return test_(output) ? 1 : 0; }
  bool passes(const std::string& output) const override { return !decides_ || test_(output); }

 private:
  OutputTest test_;
  bool decides_;  // one of weight 0 passes always
};

// All pass, or their mean by weight reaches the threshold.
class AssertionGroup final : public PromptfooAssertion {
 public:
  struct Member {
    std::shared_ptr<const PromptfooAssertion> assertion;
    double weight = 1;
  };
  AssertionGroup(std::vector<Member> members, std::optional<double> threshold)
      : members_(std::move(members)), threshold_(threshold) {}

  double score(const std::string& output) const override {
    double sum = 0, weight = 0;
    for (const Member& one : members_) {
      sum += one.weight * one.assertion->score(output);
      weight += one.weight;
    }
    return weight > 0 ? sum / weight : 0;
  }
  bool passes(const std::string& output) const override {
    if (threshold_) return score(output) >= *threshold_;
    return std::all_of(members_.begin(), members_.end(),
                       [&](const Member& one) { return one.assertion->passes(output); });
  }

 private:
  std::vector<Member> members_;
  std::optional<double> threshold_;
};

std::shared_ptr<const PromptfooAssertion> group_of(const RecordValue& suite,
                                                   const std::string& where) {
  const RecordValue* list = member_of(suite, "assert");
  if (list == nullptr || !list->is_array() || list->empty()) {
    bad_data(where,
             "no assertion: every reply would pass. Give the test an \"assert\" such as {type: "
             "equals, value: ..}.");
  }
  std::vector<AssertionGroup::Member> members;
  for (const RecordValue& one : *list) {
    if (is_assert_set(one)) {
      members.push_back({group_of(one, where), assertion_number(one, "weight", 1, where)});
      continue;
    }
    const double weight = assertion_number(one, "weight", 1, where);
    members.push_back(
        {std::make_shared<OneAssertion>(output_test(one, where), weight != 0), weight});
  }
  std::optional<double> threshold;
  if (member_of(suite, "threshold") != nullptr)
    threshold = assertion_number(suite, "threshold", 0, where);
  return std::make_shared<AssertionGroup>(std::move(members), threshold);
}

}  // namespace

std::shared_ptr<const PromptfooAssertion> compile_assertions(const RecordValue& suite,
                                                             const std::string& where) {
  return group_of(suite, where);
}

std::shared_ptr<const PromptfooAssertion> assertions_of(const Example& example) {
  return compile_assertions(parse_record_value(example.assertions, {example.where}), example.where);
}

}  // namespace zopo::data
