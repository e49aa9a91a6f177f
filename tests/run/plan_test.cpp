#include "zopo/run/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/temp_dir.h"
#include "zopo/base/error.h"

namespace zopo::run {
namespace {

using nlohmann::json;

// A task of 40 dev and 25 test examples and 50 candidates with the given budget, planned.
class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    dir_.write("dev.jsonl", examples("d", 40));
    dir_.write("test.jsonl", examples("t", 25));
    std::string candidates;
    for (int i = 0; i < 50; ++i) candidates += "Candidate number " + std::to_string(i) + "\n";
    dir_.write("c.txt", candidates);
  }

  static std::string examples(const std::string& prefix, int n) {
    std::string lines;
    for (int i = 0; i < n; ++i)
      lines += json{{"input", prefix + std::to_string(i)}, {"output", "x"}}.dump() + "\n";
    return lines;
  }

  Plan plan(const json& changes) {
    json task = {{"data", {{"dev", "dev.jsonl"}, {"test", "test.jsonl"}}},
                 {"candidates", {{"file", "c.txt"}}},
                 {"llm", {{"model", "m"}, {"max_tokens", 10}}}};
    task.merge_patch(changes);
    const settings::Settings settings =
        settings::load_settings(dir_.write("task.json", task.dump()), {});
    const Inputs inputs = load_inputs(settings);
    const Plan made = make_plan(settings, inputs);
    cost_ = bound_cost(settings, inputs, made);
    return made;
  }

  test::TempDir dir_;
  CostBound cost_;
};

TEST_F(PlanTest, DefaultsFollowThePaperAsFarAsThereIsRoom) {
  const Plan made = plan({{"budget", {{"tokens", 100000000}}}});
  EXPECT_EQ(made.examples_per_evaluation, 20);
  EXPECT_EQ(made.search_outcomes, 50 * 20);  // 165 evaluations, but only 50 candidates
  EXPECT_EQ(made.initial, 12);               // a quarter
  EXPECT_EQ(made.test_outcomes, 50);         // winner and baseline
  EXPECT_EQ(made.baseline_outcomes, 0);
}

TEST_F(PlanTest, WithoutACapARunComesToFiveHundredCalls) {
  EXPECT_EQ(plan(json::object()).calls(), 500);
  EXPECT_EQ(plan({{"evaluation", {{"repeats", 3}}}}).search_calls(), 348);  // 500 - 3 * 50, whole
  EXPECT_EQ(plan({{"evaluation", {{"repeats", 20}}}}).search_calls(), 20 * 20);  // one evaluation
}

TEST_F(PlanTest, LargeSidesAreDrawnFromUnlessThatIsSaid) {
  dir_.write("dev.jsonl", examples("dev", 900));
  dir_.write("test.jsonl", examples("test", 700));
  const Plan usual = plan({{"prompt", {{"baseline", "B"}}}});
  EXPECT_EQ(usual.baseline_outcomes, 100);
  EXPECT_EQ(usual.test_outcomes, 2 * 100);
  EXPECT_LE(usual.calls(), 520);
  const Plan sized = plan(
      {{"data", {{"sample", {{"dev", 150}, {"test", 300}}}}}, {"prompt", {{"baseline", "B"}}}});
  EXPECT_EQ(sized.baseline_outcomes, 150);
  EXPECT_EQ(sized.test_outcomes, 2 * 300);
  for (const json& said :
       {json{{"budget", {{"search_calls", 400}}}}, json{{"budget", {{"evaluations", 20}}}},
        json{{"evaluation", {{"examples", 200}}}}})
    EXPECT_EQ(plan(said).test_outcomes, 2 * 700) << said;
}

TEST_F(PlanTest, TheSameExamplesAreDrawnEachTime) {
  dir_.write("dev.jsonl", examples("dev", 300));
  plan(json::object());
  const auto inputs = [&] {
    return load_inputs(settings::load_settings(dir_.path() / "task.json", {})).splits.dev.examples;
  };
  const std::vector<data::Example> first = inputs(), second = inputs();
  ASSERT_EQ(first.size(), 100u);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].input, second[i].input);
  EXPECT_NE(first.back().input, "dev99");  // not the first hundred
}

TEST_F(PlanTest, CandidatesThatAreAlikeAreWarnedOf) {
  dir_.write("c.txt", "Say it.\nsay  IT\nDo it.\nSay it.\n");
  plan(json::object());
  const std::vector<std::string> warnings =
      load_inputs(settings::load_settings(dir_.path() / "task.json", {})).warnings;
  EXPECT_THAT(warnings,
              testing::Contains(testing::HasSubstr("are the same text; the first: lines 1 and 4")));
  EXPECT_THAT(warnings,
              testing::Contains(testing::HasSubstr(
                  "equal but for case, punctuation and white space; the first: lines 1 and 2")));
}

TEST_F(PlanTest, AFileIsSplitWhereNobodySaysHow) {
  const auto counts = [&](int n) {
    dir_.write("all.jsonl", examples("all", n));
    plan({{"data", {{"dev", nullptr}, {"test", nullptr}, {"file", "all.jsonl"}}}});
    const Inputs inputs = load_inputs(settings::load_settings(dir_.path() / "task.json", {}));
    return std::array{inputs.splits.train.examples.size(), inputs.splits.dev.examples.size(),
                      inputs.splits.test.examples.size()};
  };
  EXPECT_EQ(counts(4), (std::array<std::size_t, 3>{1, 2, 1}));
  EXPECT_EQ(counts(60), (std::array<std::size_t, 3>{8, 40, 12}));
  EXPECT_EQ(counts(120), (std::array<std::size_t, 3>{17, 52, 51}));
  EXPECT_EQ(counts(2000), (std::array<std::size_t, 3>{50, 100, 100}));
  EXPECT_THROW(counts(3), Failure);
}

TEST_F(PlanTest, SearchCallsAndEvaluationsAreTwoUnitsOfOneThing) {
  EXPECT_EQ(plan({{"budget", {{"evaluations", 7}}}}).search_calls(), 140);
  EXPECT_EQ(plan({{"budget", {{"search_calls", 133}}}}).search_calls(), 133);
}

TEST_F(PlanTest, RepeatsMultiplyCallsNotOutcomes) {
  const Plan made = plan({{"budget", {{"search_calls", 133}}}, {"evaluation", {{"repeats", 2}}}});
  EXPECT_EQ(made.search_outcomes, 66);
  EXPECT_EQ(made.calls(), 2 * (66 + 50));
}

TEST_F(PlanTest, TheTestsShareIsKeptAsideUnderACap) {
  const Plan made =
      plan({{"budget", {{"evaluations", 10}, {"calls", 180}}}, {"prompt", {{"baseline", "B"}}}});
  EXPECT_GT(made.missing_outcomes, 0);
  EXPECT_FALSE(made.test_cut_by_calls);
  EXPECT_EQ(made.search_outcomes, 180 - 50 - 40);
  EXPECT_EQ(made.calls(), 180);
}

TEST_F(PlanTest, ACapTooSmallForTheTestGoesToTheSearch) {
  const Plan made = plan({{"budget", {{"evaluations", 10}, {"calls", 60}}}});
  EXPECT_TRUE(made.test_cut_by_calls);
  EXPECT_EQ(made.calls(), 60);
  EXPECT_EQ(made.test_outcomes, 0);
}

TEST_F(PlanTest, ACapThatIsWideEnoughChangesNothing) {
  const Plan made = plan({{"budget", {{"evaluations", 10}, {"calls", 250}}}});
  EXPECT_EQ(made.missing_outcomes, 0);
  EXPECT_EQ(made.calls(), 250);
}

TEST_F(PlanTest, CostsAreBoundedByBytesAndMaxTokens) {
  plan({{"budget", {{"evaluations", 10}}}});
  EXPECT_EQ(cost_.completion_tokens, 3 * 250 * 10);
  EXPECT_GT(cost_.prompt_tokens, 250 * 40);
  EXPECT_FALSE(cost_.usd.has_value());
  plan({{"llm", {{"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 2}}}}}});
  EXPECT_NEAR(*cost_.usd,
              static_cast<double>(cost_.prompt_tokens + 2 * cost_.completion_tokens) / 1e6, 1e-12);
}

TEST_F(PlanTest, AsksForNoMoreThanEveryCandidateOnAllOfDev) {
  EXPECT_EQ(plan({{"budget", {{"search_calls", 1000000}}}}).search_calls(), 50 * 40);
}

TEST_F(PlanTest, TooManyExamplesAreRefused) {
  EXPECT_THROW(plan({{"evaluation", {{"examples", 41}}}}), Failure);
}

const json kJudge = {{"rubric", "R"}, {"llm", {{"model", "j"}, {"max_tokens", 100}}}};

TEST_F(PlanTest, AJudgesCallsAreInTheBound) {
  const json task = {{"metric", {{"name", "judge"}}},
                     {"judge", kJudge},
                     {"budget", {{"evaluations", 10}}},
                     {"prompt", {{"baseline", "B"}}}};
  const Plan made = plan(task);
  EXPECT_EQ(made.judge_calls(), 200 + 40 + 50);
  EXPECT_EQ(made.judge_test_calls(), 50);
  EXPECT_EQ(made.calls(), 2 * (200 + 40 + 50));
  EXPECT_EQ(cost_.completion_tokens, 3 * (200 + 40 + 50) * (10 + 100));
}

TEST_F(PlanTest, TheBaselineIsNotComparedWithItself) {
  json task = {{"metric", {{"name", "preference"}}},
               {"judge", kJudge},
               {"budget", {{"evaluations", 10}}},
               {"prompt", {{"baseline", "B"}}}};
  EXPECT_EQ(plan(task).judge_calls(), 2 * (200 + 25));
  task["judge"]["both_orders"] = false;
  EXPECT_EQ(plan(task).judge_calls(), 200 + 25);
}

TEST_F(PlanTest, UnderACapAJudgesShareOfTheTestIsKeptAside) {
  const Plan made = plan({{"metric", {{"name", "judge"}}},
                          {"judge", kJudge},
                          {"budget", {{"evaluations", 10}, {"calls", 300}}},
                          {"prompt", {{"baseline", "B"}}}});
  EXPECT_GT(made.missing_outcomes, 0);
  EXPECT_FALSE(made.test_cut_by_calls);
  EXPECT_EQ(made.search_outcomes, (300 - 2 * (50 + 40)) / 2);
  EXPECT_EQ(made.calls(), 300);
}

TEST_F(PlanTest, UnderACapTooSmallForTheTestTheComparedBaselineStays) {
  const Plan made = plan({{"metric", {{"name", "preference"}}},
                          {"judge", kJudge},
                          {"budget", {{"evaluations", 10}, {"calls", 120}}},
                          {"prompt", {{"baseline", "B"}}}});
  EXPECT_TRUE(made.test_cut_by_calls);
  EXPECT_EQ(made.baseline_outcomes, 40);
  EXPECT_EQ(made.search_outcomes, (120 - 40) / 3);
}

TEST_F(PlanTest, AReferenceThatNoAnswerCouldMeetIsRefusedBeforeAnythingIsPaidFor) {
  try {
    plan({{"metric", {{"name", "numeric"}}}});
    FAIL() << "accepted";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.kind(), ErrorKind::data);
    EXPECT_THAT(failure.what(),
                testing::AllOf(testing::StartsWith("/data: "),
                               testing::HasSubstr("dev.jsonl:1: example 1 of dev (\"d0\"): ")));
  }
}

}  // namespace
}  // namespace zopo::run
