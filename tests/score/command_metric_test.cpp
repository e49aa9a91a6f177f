// A metric that is a command: its scores, and that whatever goes wrong with it is an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "score/command_scores.h"
#include "tests/support/failure.h"
#include "zopo/base/error.h"
#include "zopo/data/dataset.h"
#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<Result<double>> scores(const std::string& script,
                                   std::vector<std::string> answers,
                                   int timeout_ms = 20'000,
                                   int batch = 0) {
  const auto metric = make_metric(
      "command", std::vector<std::string>{},
      json{{"command", {"sh", "-c", script}}, {"timeout_ms", timeout_ms}, {"batch", batch}});
  const data::Example example{"cat", {"cats"}, {{"topic", "animals"}}};
  std::vector<Metric::Case> cases;
  for (const std::string& answer : answers) cases.push_back({answer, answer, &example});
  std::vector<Result<double>> scores;
  for (const Metric::Verdict& verdict : metric->score_all(cases)) scores.push_back(verdict.score);
  return scores;
}

// Gives each line this score, by its id.
std::string each(const std::string& score) {
  return R"(n=0; while read -r line; do echo "{\"id\": $n, \"score\": )" + score +
         R"(}"; n=$((n+1)); done)";
}

TEST(CommandMetric, ScoresABatchByIdInAnyOrder) {
  const auto found = scores(
      R"(cat > /dev/null; echo '{"id": 2, "score": 1, "why": "x"}'; echo '{"id":0,"score":0.25}'; echo '{"id":1,"score":0}')",
      {"a", "b", "c"});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(*found[0], 0.25);
  EXPECT_EQ(*found[1], 0);
  EXPECT_EQ(*found[2], 1);
}

TEST(CommandMetric, IsToldTheWholeCase) {
  const auto found = scores(
      R"(read -r line; [ "$line" = '{"answer":"a","fields":{"topic":"animals"},"id":0,"input":"cat","references":["cats"],"reply":"a"}' ] && echo '{"id":0,"score":1}')",
      {"a"});
  ASSERT_TRUE(found[0].ok()) << found[0].error().message;
  EXPECT_EQ(*found[0], 1);
}

TEST(CommandMetric, AReplyCannotSmuggleInALine) {
  const auto found =
      scores(R"(n=0; while read -r line; do n=$((n+1)); done; echo "{\"id\": 0, \"score\": 0.$n}")",
             {"\"}\n{\"id\": 0, \"score\": 1}\r\n1"});
  ASSERT_TRUE(found[0].ok()) << found[0].error().message;
  EXPECT_EQ(*found[0], 0.1);
}

TEST(CommandMetric, AMissingVerdictLeavesTheOthersTheirs) {
  const auto found = scores(R"(cat > /dev/null; echo '{"id": 1, "score": 0.5}')", {"a", "b"});
  ASSERT_FALSE(found[0].ok());
  EXPECT_THAT(found[0].error().message, HasSubstr("no line for this reply"));
  EXPECT_EQ(*found[1], 0.5);
}

TEST(CommandMetric, WhatGoesWrongIsAnErrorAndNeverAZero) {
  const struct {
    const char* script;
    const char* expected;
  } cases[] = {{"cat > /dev/null; echo '{\"id\":1,\"score\":1}'; exit 3", "exited with status 3"},
               {"kill -9 $$", "killed by signal 9"},
               {"exit 0", "no line for this reply"},
               {"cat > /dev/null; echo 1; echo 1", "no line for this reply"},
               {"cat > /dev/null; echo '{\"id\":1,\"score\":1.5}'", "outside of [0, 1]"},
               {"cat > /dev/null; head -c 70000000 /dev/zero", "64 MiB"}};
  for (const auto& c : cases) {
    const auto found = scores(c.script, {"a", "b"});
    ASSERT_EQ(found.size(), 2u);
    ASSERT_FALSE(found[1].ok()) << c.script;
    EXPECT_THAT(found[1].error().message, HasSubstr(c.expected));
  }
}

TEST(CommandMetric, ACommandThatHangsIsKilledWithWhatItStarted) {
  const auto found = scores("sleep 600 & sleep 600", {"a"}, 100);
  ASSERT_FALSE(found[0].ok());
  EXPECT_THAT(found[0].error().message, HasSubstr("no end within 100 ms"));
}

TEST(CommandMetric, ManyBytesEitherWayDoNotBlock) {
  const auto found = scores(each("0.5"), {std::string(1 << 20, 'x'), "\xff\n"});
  EXPECT_EQ(*found[0], 0.5);
  EXPECT_EQ(*found[1], 0.5);
}

TEST(CommandMetric, ABatchIsAsLongAsItIsAllowedToBe) {
  const auto found = scores(R"(n=0; while read -r line; do n=$((n+1)); done
                               i=0; while [ $i -lt $n ]; do echo "{\"id\": $i, \"score\": 0.$n}"; i=$((i+1)); done)",
                            {"a", "b", "c"}, 20'000, 2);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(*found[0], 0.2);
  EXPECT_EQ(*found[1], 0.2);
  EXPECT_EQ(*found[2], 0.1);
}

TEST(CommandMetric, ReadsAPipe) {
  EXPECT_EQ(
      *scores("[ -p /dev/stdin ] && cat > /dev/null && echo '{\"id\": 0, \"score\": 1}'", {"a"})[0],
      1);
}

TEST(CommandMetric, OneThatReadsNothingIsJudgedByWhatItSays) {
  const auto found =
      scores("exec < /dev/null; echo '{\"id\": 0, \"score\": 1}'", {std::string(1 << 22, 'x')});
  ASSERT_TRUE(found[0].ok()) << found[0].error().message;  // and no SIGPIPE ended this test
  EXPECT_EQ(*found[0], 1);
}

TEST(CommandMetric, RefusesOptionsItCannotUse) {
  const auto make = [](const json& options) {
    return make_metric("command", std::vector<std::string>{}, options);
  };
  EXPECT_THROW(make({}), Failure);
  EXPECT_THROW(make({{"command", json::array()}}), Failure);
  EXPECT_THROW(make({{"command", {"no-such-program-anywhere"}}}), Failure);
  EXPECT_THROW(make({{"command", {"./absent"}}, {"directory", "/tmp"}}), Failure);
  EXPECT_THROW(make({{"command", {"sh"}}, {"timeout", 5}}), Failure);
  EXPECT_THROW(make({{"command", {"sh"}}, {"timeout_ms", 1e300}}), Failure);
  EXPECT_THROW(make({{"command", {"sh"}}, {"batch", -1}}), Failure);
}

TEST(ParseScores, TakesOneLineACaseAndNothingElse) {
  const auto found = parse_scores(
      "{\"id\": 0, \"score\": 1}\n{\"id\": 1, \"error\": \"no key\"}\n{\"id\": 2, \"score\": "
      "true}\n"
      "{\"id\": 3, \"score\": -0.1}\n{\"id\": 4, \"score\": 1e999}\n{\"id\": 5}\n\xff\n"
      "{\"id\": 6, \"score\": \"1\"}\n{\"id\": 7, \"score\": 0}\n{\"id\": 7, \"score\": 1}\n"
      "{\"id\": 99, \"score\": 1}\n{\"id\": -1, \"score\": 1}\n{\"id\": 8.0, \"score\": 1}\n\n",
      9);
  ASSERT_EQ(found.size(), 9u);
  EXPECT_EQ(*found[0].score, 1);
  EXPECT_THAT(found[1].score.error().message, HasSubstr("no key"));
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_FALSE(found[i].score.ok()) << i;
}

TEST(ParseScores, KeepsTheFeedbackBesideAScore) {
  const auto found = parse_scores(
      "{\"id\": 0, \"score\": 0.5, \"feedback\": \"half of it\"}\n"
      "{\"id\": 1, \"score\": 0, \"feedback\": 7}\n{\"id\": 2, \"score\": 1}\n",
      3);
  EXPECT_EQ(*found[0].score, 0.5);
  EXPECT_EQ(found[0].feedback, "half of it");
  EXPECT_EQ(found[1].feedback, "");
  EXPECT_EQ(found[2].feedback, "");
}

}  // namespace
}  // namespace zopo::score
