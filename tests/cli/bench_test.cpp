// `zopo bench FILE` on recorded landscapes.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Bench : public TaskTest {
 protected:
  Bench() {
    std::filesystem::create_directory(dir_ / "recorded");
    json candidates = json::array(), scores = json::array();
    for (int i = 0; i < 24; ++i) {
      candidates.push_back("prompt " + std::to_string(i) + (i % 3 == 0 ? " step by step" : ""));
      scores.push_back(0.1 + 0.03 * (i * 7 % 24));
    }
    dir_.write(
        "recorded/toy.json",
        json{{"task", "toy"}, {"candidates", candidates}, {"scores", {{"model", scores}}}}.dump());
    describe({{"landscapes", {"recorded/*.json"}}});
  }

  void describe(json changes) {
    json file = {
        {"methods", {"zopo", "random"}}, {"seeds", 3}, {"calls", 200}, {"dev", 40}, {"initial", 4}};
    file.update(changes);
    dir_.write("bench.json", file.dump());
  }

  std::string summary(const std::string& name) const { return read_file(dir_ / name); }

  static std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(Bench, WritesTheSameSummaryWhateverTheThreads) {
  for (const char* threads : {"1", "4"}) {
    const Finished run = zopo(
        {"bench", "bench.json", "--threads", threads, "--out", std::string(threads) + ".json"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("zopo"));
  }
  EXPECT_EQ(summary("1.json"), summary("4.json"));
  const json found = json::parse(summary("1.json"));
  EXPECT_EQ(found["landscapes"], 1);
  EXPECT_GT(found["methods"]["zopo"]["auc"], 0);
  EXPECT_TRUE(found["paired"].contains("zopo-vs-random"));
}

TEST_F(Bench, LandscapesOfAnotherFolderStandInForTheFiles) {
  describe({{"landscapes", {"elsewhere/*.json"}}});
  EXPECT_EQ(zopo({"bench", "bench.json"}).exit_code, 2);
  const Finished run = zopo({"bench", "bench.json", "--landscapes", "recorded", "--out", "s.json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(summary("s.json"))["landscapes"], 1);
}

TEST_F(Bench, TakesTheLandscapesOfSeveralFolders) {
  std::filesystem::create_directory(dir_ / "others");
  json other = json::parse(summary("recorded/toy.json"));
  other["task"] = "other";
  dir_.write("others/other.json", other.dump());
  const Finished run = zopo({"bench", "bench.json", "--landscapes", "recorded", "--landscapes",
                             "others", "--out", "s.json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(summary("s.json"))["landscapes"], 2);
}

TEST_F(Bench, DrawsSomeCandidatesForEachSeed) {
  dir_.write("bench.json", json{{"landscapes", {"recorded/*.json"}},
                                {"methods", {"random"}},
                                {"candidates", 8},
                                {"seeds", 10},
                                {"noise", "none"},
                                {"budget", 24},
                                {"initial", 4}}
                               .dump());
  const Finished run = zopo({"bench", "bench.json", "--out", "s.json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json random = json::parse(summary("s.json"))["methods"]["random"];
  EXPECT_DOUBLE_EQ(random["candidates_tried"], 8);
  // Each seed has eight of its own: the first eight would all end at .826.
  EXPECT_GT(std::abs(random["final"].get<double>() - 0.826), 0.01);
  EXPECT_LT(random["final"], 1);
}

TEST_F(Bench, GrowsADomainToTheSizeAskedFor) {
  describe({{"landscapes", {"recorded/*.json"}},
            {"methods", {"random"}},
            {"candidates", 3000},
            {"calls", 4000},
            {"dev", 1},
            {"examples_per_evaluation", 1}});
  const Finished run = zopo({"bench", "bench.json", "--out", "s.json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json random = json::parse(summary("s.json"))["methods"]["random"];
  EXPECT_EQ(random["candidates_tried"], 3000);
  EXPECT_LE(random["final"], 1);
}

TEST_F(Bench, ARecordingBecomesALandscapeWithTheOutcomesOfItsExamples) {
  const std::vector<std::string> record = {"bench",   "record", "--task",      "task.json",
                                           "--store", "r.db",   "--landscape", "recorded/own.json"};
  ASSERT_EQ(zopo(record).exit_code, 0);
  const json own = json::parse(summary("recorded/own.json"));
  EXPECT_EQ(own["task"], "shout");
  ASSERT_EQ(own["candidates"].size(), 24u);
  const std::string outcomes = own["outcomes"]["toy"][20];  // "quality 80", on dev and test
  ASSERT_EQ(outcomes.size(), 50u);
  EXPECT_EQ(own["scores"]["toy"][20], std::count(outcomes.begin(), outcomes.end(), '1') / 50.0);
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string word = (i < 20 ? "word" : "term") + std::to_string(i < 20 ? i : i - 20);
    expected += play_model("quality 80 \n" + word) == "?" ? '0' : '1';
  }
  EXPECT_EQ(outcomes, expected);
  // Another model joins; the first keeps its outcomes.
  std::vector<std::string> other = record;
  other.insert(other.end(), {"--set", "llm.model=second"});
  ASSERT_EQ(zopo(other).exit_code, 0);
  EXPECT_EQ(json::parse(summary("recorded/own.json"))["outcomes"].size(), 2u);
  other.insert(other.end(), {"--set", "name=another"});
  EXPECT_THAT(zopo(other).err, HasSubstr("a landscape of another task"));

  describe({{"landscapes", {"recorded/own.json"}}});
  const Finished run = zopo({"bench", "bench.json", "--out", "s.json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(summary("s.json"))["landscapes"], 2);
  describe({{"landscapes", {"recorded/own.json"}}, {"dev", 51}});
  const Finished more = zopo({"bench", "bench.json"});
  EXPECT_EQ(more.exit_code, 2);
  EXPECT_THAT(more.err, HasSubstr("records the outcomes of 50"));
  describe({{"landscapes", {"recorded/own.json"}}, {"candidates", 100}});
  EXPECT_THAT(zopo({"bench", "bench.json"}).err, HasSubstr("has shout/second grow"));
}

TEST_F(Bench, NamesWhatItCannotRead) {
  EXPECT_THAT(zopo({"bench", "absent.json"}).err, HasSubstr("absent.json"));
  describe({{"landscapes", {"recorded/*.json"}}, {"seed", 3}});
  const Finished unknown = zopo({"bench", "bench.json"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("seed"));
  describe({{"landscapes", {"recorded/*.json"}}, {"methods", {"zopa"}}});
  const Finished method = zopo({"bench", "bench.json"});
  EXPECT_EQ(method.exit_code, 2);
  EXPECT_THAT(method.err, HasSubstr("zopa"));
  EXPECT_EQ(zopo({"bench"}).exit_code, 2);
}

}  // namespace
}  // namespace zopo::test
