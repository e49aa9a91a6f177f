// candidates.scores on the built binary: what earlier runs and other models say of the candidates.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using KnownScoresOfRuns = TaskTest;

TEST_F(KnownScoresOfRuns, BeginsFromTheScoresOfAnEarlierRun) {
  write_task({{"optimizer", {{"method", "zopo"}}}});
  ASSERT_EQ(optimize({"--output-dir", "first"}).exit_code, 0);
  const json left = json::parse(file_in("first", "scores.json"));
  ASSERT_EQ(left["candidates"].size(), left["scores"].begin()->size());
  EXPECT_THAT(left["answers"].begin()->get<std::vector<int>>(), testing::Each(testing::Ge(1)));
  task_["candidates"]["scores"] = "first/*/scores.json";
  write_task();
  ASSERT_EQ(optimize({"--output-dir", "second"}).exit_code, 0);
  EXPECT_NE(file_in("second", "trace.jsonl"), file_in("first", "trace.jsonl"));
  const auto hash = [&](const char* runs) {
    return json::parse(file_in(runs, "manifest.json"))["hashes"]["candidates"];
  };
  EXPECT_NE(hash("second"), hash("first"));
}

TEST_F(KnownScoresOfRuns, AResumedRunKeepsToThoseItBeganWith) {
  write_task({{"optimizer", {{"method", "zopo"}}}});
  ASSERT_EQ(optimize({"--output-dir", "first"}).exit_code, 0);
  write_task({{"candidates", {{"scores", "*/*/scores.json"}}}});
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string result = file("result.json");
  // Its own scores.json matches now, too.
  ASSERT_TRUE(std::filesystem::exists(run_dir() / "scores.json"));
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(file("result.json"), result);
}

TEST_F(KnownScoresOfRuns, SaysWhereKnownScoresAreOfOtherPrompts) {
  dir_.write("scores.json", R"({"candidates": ["x", "y"], "scores": {"m": [0.5, 0.9]}})");
  write_task({{"optimizer", {{"method", "zopo"}}}, {"candidates", {{"scores", "scores.json"}}}});
  EXPECT_THAT(optimize().err, HasSubstr("candidates.scores tells none of the 25 candidates"));
  write_task({{"candidates", {{"scores", "no/*.json"}}}});
  const Finished none = optimize();
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("no/*.json: no file matches"));
}

}  // namespace
}  // namespace zopo::test
