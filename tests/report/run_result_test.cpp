#include "zopo/report/run_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "zopo/report/records.h"

namespace zopo::report {
namespace {

using llm::ReplyState;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

task::Answer answer(double score, ReplyState state = ReplyState::ok) {
  task::Answer made;
  made.state = state;
  made.score = score;
  return made;
}

RunResult finished() {
  RunResult result;
  result.task = "plural";
  result.best = PromptResult{17, "Pluralize.", Score{0.95, {0.76, 0.99}, 20, 0, 0},
                             Score{0.91, {0.84, 0.95}, 100, 0, 0}};
  result.baseline =
      PromptResult{std::nullopt, "Write.", std::nullopt, Score{0.79, {0.7, 0.86}, 100, 0, 0}};
  result.baseline_source = "task";
  result.test_difference = task::PairedDifference{0.12, {0.05, 0.19}, 0.001, true};
  result.stopped = "budget";
  return result;
}

TEST(Score, CountsTheStatesBesideTheMean) {
  const std::vector<task::Answer> answers = {answer(1), answer(0, ReplyState::truncated),
                                             answer(0, ReplyState::error)};
  const std::optional<Score> score = score_of(answers);
  EXPECT_EQ(score->score, 0.5);
  EXPECT_EQ(score->n, 2);
  EXPECT_EQ(score->truncated, 1);
  EXPECT_EQ(score->error, 1);
}

TEST(Score, IsNothingWithoutAScoredExample) {
  EXPECT_FALSE(score_of({}).has_value());
  EXPECT_FALSE(score_of(std::vector<task::Answer>{answer(1, ReplyState::error)}).has_value());
}

TEST(RunResult, HasTheDocumentedShape) {
  const json object = to_json(finished());
  EXPECT_EQ(object["best"]["id"], 17);
  EXPECT_EQ(object["best"]["dev"]["ci"], json::array({0.76, 0.99}));
  EXPECT_EQ(object["baseline"].contains("id"), false);
  EXPECT_EQ(object["baseline"]["dev"], nullptr);
  EXPECT_EQ(object["initial_best"], nullptr);
  EXPECT_EQ(object["test_difference"]["significant"], true);
  EXPECT_EQ(object["usage"]["usd"], nullptr);
  EXPECT_EQ(object["errors"]["error"], 0);
}

TEST(Summary, BeginsWithTheTestScoreAndItsVerdict) {
  RunResult result = finished();
  EXPECT_THAT(summary_text(result), testing::StartsWith("test score 0.910 [0.840, 0.950] on 100"));
  EXPECT_THAT(summary_text(result), HasSubstr("+0.120 [+0.050, +0.190] against the baseline"));
  EXPECT_THAT(summary_text(result), Not(HasSubstr("not significant")));
  result.test_difference->significant = false;
  EXPECT_THAT(summary_text(result), HasSubstr("not significant"));
  result.best->test.reset();
  EXPECT_THAT(summary_text(result), testing::StartsWith("test: not read"));
}

TEST(TraceLine, WritesUnknownFiguresAsNull) {
  Decision decision;
  decision.round = 12;
  decision.query = {.id = 17,
                    .examples = 2,
                    .phase = optim::Phase::search,
                    .posterior_mean = 0.5,
                    .posterior_sd = std::nan("")};
  decision.examples = {4, 5};
  decision.outcomes = {1, 0};
  decision.n = 6;
  decision.mean = 0.83;
  const json line = json::parse(trace_line(decision));
  EXPECT_EQ(line["outcomes"], json::array({1.0, 0.0}));
  EXPECT_EQ(line["posterior_mean"], 0.5);
  EXPECT_EQ(line["posterior_sd"], nullptr);
  EXPECT_EQ(line["gradient_norm"], nullptr);
  EXPECT_EQ(line["phase"], "search");
  EXPECT_FALSE(line.contains("recommended"));
}

TEST(TraceLine, TheLastOfARoundSaysWhatWouldBeRecommended) {
  Decision decision;
  decision.recommended = optim::Recommendation{5, 0.75};
  EXPECT_EQ(json::parse(trace_line(decision))["recommended"], json({{"id", 5}, {"mean", 0.75}}));
}

TEST(EvaluationsCsv, QuotesWhatModelsSay) {
  task::Answer said = answer(1);
  said.reply = "a \"b\",\nc";
  task::Answer missing = answer(0, ReplyState::error);
  missing.error.message = "refused";
  const std::string csv = evaluations_csv(
      std::vector<EvaluationRow>{{"dev", "3", &said}, {"test", "baseline", &missing}});
  EXPECT_THAT(csv, HasSubstr("dev,3,0,ok,1,\"\",\"a \"\"b\"\",\nc\",0,0,\"\",\"\",\"\"\r\n"));
  EXPECT_THAT(csv, HasSubstr("test,baseline,0,error,,"));
  said.reply = "bytes \xff\xfe";
  EXPECT_THAT(evaluations_csv(std::vector<EvaluationRow>{{"dev", "3", &said}}),
              HasSubstr("bytes \uFFFD"));
}

TEST(EvaluationsCsv, NoCellIsAFormula) {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'quoted'"}) {
    task::Answer said = answer(1);
    said.reply = text;
    EXPECT_THAT(evaluations_csv(std::vector<EvaluationRow>{{"dev", "3", &said}}),
                HasSubstr(std::string("\"'") + text + "\""));
  }
}

TEST(TraceLine, OfAnOrderToWriteSaysWhatForAndWhatCame) {
  const WritingDecision decision{
      .round = 4,
      .way = "repair",
      .order = {.way = 2, .parents = {7}, .replies = 3, .posterior_mean = 0.5, .index = 0.75},
      .to_beat = 0.625,
      .candidates = 2,
      .first = 30,
      .dropped = {{"echo", 1}}};
  const json line = json::parse(trace_line(decision));
  EXPECT_EQ(line["phase"], "write");
  EXPECT_EQ(line["way"], "repair");
  EXPECT_EQ(line["parents"], json({7}));
  EXPECT_EQ(line["first"], 30);
  EXPECT_EQ(line["dropped"], json({{"echo", 1}}));
  EXPECT_EQ(line["index"], 0.75);
  EXPECT_TRUE(line["posterior_sd"].is_null());
}

TEST(TraceLine, OfAStopSaysWhy) {
  const json line = json::parse(trace_line(StopDecision{9, optim::Stop::price, 0.5}));
  EXPECT_EQ(line["phase"], "stop");
  EXPECT_EQ(line["why"], "price");
  EXPECT_EQ(line["round"], 9);
}

TEST(EvaluationsCsv, SaysWhatWasAskedAndExpected) {
  const task::Answer said = answer(1);
  const data::Example one{"is it \"so\"?", {"yes"}, {}}, several{"a, b", {"x", "y"}, {}};
  const std::string csv = evaluations_csv(
      std::vector<EvaluationRow>{{"dev", "3", &said, &one}, {"dev", "3", &said, &several}});
  EXPECT_THAT(csv, HasSubstr(",error,input,expected\r\n"));
  EXPECT_THAT(csv, HasSubstr(",\"is it \"\"so\"\"?\",\"yes\"\r\n"));
  EXPECT_THAT(csv, HasSubstr(",\"a, b\",\"[\"\"x\"\",\"\"y\"\"]\"\r\n"));
}

}  // namespace
}  // namespace zopo::report
