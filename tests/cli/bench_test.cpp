// `zopo bench FILE` on recorded landscapes.
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
