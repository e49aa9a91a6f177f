// Candidates written by the model: `zopo generate`, and `zopo optimize` on a task without any.
#include <algorithm>
#include <regex>
#include <set>

#include "tests/cli/generate_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(Generate, WritesDistinctCandidatesAfterTheOnesThatCostNothing) {
  const Finished run = generate({"--count", "20", "--out", "made.txt"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::vector<std::string> made = lines("made.txt");
  EXPECT_EQ(made.size(), 20u);
  EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), 20u);
  EXPECT_EQ(made[0], "quality 50 baseline");
  EXPECT_EQ(made[1], "quality 50 baseline Answer with one word and nothing else.");
  EXPECT_EQ(made[2], "Answer with one word and nothing else.");
  for (std::size_t i = 3; i < made.size(); ++i)
    EXPECT_THAT(made[i], testing::StartsWith("quality "));
  EXPECT_EQ(run.out, "");
}

TEST_F(Generate, ShowsTheModelTrainOnly) {
  ASSERT_EQ(generate({"--count", "20"}).exit_code, 0);
  for (const ServerRequest& request : server_.requests()) {
    EXPECT_THAT(request.body, Not(testing::ContainsRegex("(word|term)[0-9]")));
  }
}

TEST_F(Generate, WhatGivesAnExampleAwayIsNoCandidateAndNeverShownAgain) {
  write_with([](const std::string& request) {
    const Sha256 hash = sha256(request);
    const std::string quality = "quality " + std::to_string(hash[0]) + " now";
    const std::string n = std::to_string(hash[1] % 20);
    switch (hash[2] % 4) {
      case 0:
        return quality + ", so word" + n + " becomes WORD" + n;
      case 1:
        return quality + ", so WORD" + n;  // the answer alone, by chance
      case 2:
        return "For term" + n + " write TERM" + n + ", " + quality;
      default:
        return quality;
    }
  });
  const Finished run = optimize({"--set", "candidates.write.initial=5"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(result()["written"]["dropped"]["copy"], 0);
  EXPECT_THAT(file("rejected.jsonl"), testing::ContainsRegex("becomes|For term"));
  EXPECT_THAT(file("candidates.jsonl"), Not(testing::ContainsRegex("becomes|For term")));
  for (const ServerRequest& request : server_.requests()) {
    if (!is_meta(request)) continue;
    EXPECT_THAT(request.body, Not(testing::ContainsRegex("(word|term)[0-9]+")));
  }
}

TEST_F(Generate, WithoutTrainAPartOfDevIsSplitOffAndNotScored) {
  write_task({{"data", {{"train", nullptr}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("5 of the 20 dev examples were split off"));
  std::set<std::string> shown, scored;
  for (const ServerRequest& request : server_.requests()) {
    for (int i = 0; i < 20; ++i) {
      const std::string word = "word" + std::to_string(i);
      if (std::regex_search(request.body, std::regex(word + "([^0-9]|$)")))
        (is_meta(request) ? shown : scored).insert(word);
    }
    if (is_meta(request)) {
      EXPECT_THAT(request.body, Not(HasSubstr("term")));
    }
  }
  EXPECT_EQ(shown.size(), 5u);
  for (const std::string& word : shown) EXPECT_FALSE(scored.contains(word)) << word;
}

TEST_F(Generate, TheSameAgainPaysNothingAndWritesTheSame) {
  ASSERT_EQ(generate({"--count", "20", "--out", "a.txt"}).exit_code, 0);
  const std::int64_t before = server_.request_count();
  ASSERT_EQ(generate({"--count", "20", "--out", "b.txt", "-j", "1"}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), before);
  EXPECT_EQ(lines("a.txt"), lines("b.txt"));
}

TEST_F(Generate, StopsAtItsCalls) {
  const Finished run = generate({"--count", "100", "--calls", "10", "--out", "made.jsonl"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.request_count(), 10);
  EXPECT_THAT(run.err, HasSubstr("the calls are used up"));
  EXPECT_TRUE(json::parse(lines("made.jsonl").front()).contains("way"));
}

TEST_F(Generate, WithoutAUsablePromptItSaysWhyAndKeepsTheOldFile) {
  write_with([](const std::string&) { return "I'm sorry, but no."; });
  dir_.write("made.txt", "an old one\n");
  const Finished run = generate({"--out", "made.txt", "--rejected"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), AllOf(HasSubstr("no usable prompt"), HasSubstr("refusal"),
                                     HasSubstr("I'm sorry, but no.")));
  EXPECT_THAT(run.err, HasSubstr("rejected (refusal, induce): \"I'm sorry, but no.\""));
  EXPECT_EQ(lines("made.txt"), std::vector<std::string>{"an old one"});
}

TEST_F(Generate, AModelThatRepeatsItselfIsStoppedEarly) {
  write_with([](const std::string&) { return "Quality 90 now"; });
  const Finished run = generate({"--count", "500", "--out", "made.txt"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("4 of 500 candidates"));
  EXPECT_THAT(run.err, HasSubstr("repeats itself"));
  EXPECT_LE(server_.request_count(), 32 + 64);
  EXPECT_EQ(lines("made.txt").size(), 4u);
}

TEST_F(Generate, AMegabyteOfTextIsNoInstruction) {
  write_with([](const std::string& request) {
    if (sha256(request)[3] % 2 == 0) return std::string(1 << 20, 'x');
    return "quality " + std::to_string(sha256(request)[0]) + " now";
  });
  const Finished run = generate({"--count", "8", "--calls", "60", "--out", "made.txt"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("too_long"));
  for (const std::string& line : lines("made.txt")) EXPECT_LT(line.size(), 2000u);
}

TEST_F(Generate, AnErrorEveryThirdTimeLosesNothing) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number % 3 == 0)
      return ServerReply{.status = 503, .headers = {{"Retry-After", "0"}}};
    if (!is_meta(request)) return std::nullopt;
    const Sha256 hash = sha256(request.body);
    return ServerReply{.body = chat_completion("quality " + std::to_string(hash[0]) + " now " +
                                               std::to_string(hash[1]))};
  });
  const Finished run = generate({"--count", "20", "--out", "made.txt"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(lines("made.txt").size(), 20u);
}

TEST_F(Generate, ARequestThatIsRefusedIsCountedAndTheRestGoesOn) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    const Sha256 hash = sha256(request.body);
    if (hash[5] % 3 == 0)
      return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
    return ServerReply{.body = chat_completion("quality " + std::to_string(hash[0]) + " now " +
                                               std::to_string(hash[1]))};
  });
  const Finished run = generate({"--count", "20", "--out", "made.txt"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr(" error"));
  EXPECT_EQ(lines("made.txt").size(), 20u);
}

TEST_F(Generate, AKeyThatIsRefusedEndsItAndKeepsWhatWasMade) {
  write_until(40);
  const Finished run = generate({"--count", "300", "--out", "made.txt", "-j", "1"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("key expired"));
  EXPECT_GT(lines("made.txt").size(), 20u);
}

TEST_F(Generate, OptimizeNeedsDataAndAModelOnly) {
  dir_.write("task.json", json{{"data", {{"train", "train.jsonl"}, {"dev", "dev.jsonl"}}},
                               {"llm", {{"base_url", server_.url() + "/v1"}, {"model", "toy"}}}}
                              .dump());
  const Finished run = optimize({"--budget-evaluations", "4", "--set", "optimizer.initial=2",
                                 "--set", "evaluation.all_wrong=score"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json r = result();
  EXPECT_EQ(r["written"]["replies"], meta_requests());
  EXPECT_EQ(r["candidates"], 1 + r["written"]["distinct"].get<int>());  // and the form said alone
  EXPECT_EQ(r["usage"]["calls"], server_.request_count());
  const std::string made = file("candidates.jsonl");
  EXPECT_EQ(std::count(made.begin(), made.end(), '\n'), r["candidates"]);
  EXPECT_THAT(made, AllOf(HasSubstr("\"way\":\"induce\""), HasSubstr("\"way\":\"persona\"")));
}

TEST_F(Generate, WithinOptimizeItCountsAgainstTheCap) {
  const Finished run = optimize({"--budget-calls", "150"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_LE(server_.request_count(), 150);
  EXPECT_LE(meta_requests(), 150 / 4);
  EXPECT_EQ(result()["best"]["test"]["n"], 30);
}

TEST_F(Generate, ARunThatWasStoppedGoesOnToTheSameResult) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  std::ifstream in(std::filesystem::directory_iterator(dir_ / "whole")->path() / "result.json");
  const std::string expected(std::istreambuf_iterator<char>(in), {});
  const std::int64_t before = server_.request_count();
  write_until(before + 7);
  EXPECT_EQ(optimize({"-j", "1"}).exit_code, 3);
  write_until(-1);
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(file("result.json"), expected);
}

}  // namespace
}  // namespace zopo::test
