// `zopo bench FILE --dir D`: cells that are kept, shards, plan and merge.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "tests/cli/task_fixture.h"
#include "tests/support/wait_until.h"
#include "zopo/base/hash.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// With the checksum of what it says now.
void write_cell(const std::filesystem::path& file, json cell) {
  cell.erase("checksum");
  cell["checksum"] = sha256_hex(cell.dump()).substr(0, 16);
  std::ofstream(file) << cell.dump();
}

class BenchCells : public TaskTest {
 protected:
  BenchCells() {
    std::filesystem::create_directory(dir_ / "recorded");
    json candidates = json::array(), low = json::array(), high = json::array();
    for (int i = 0; i < 24; ++i) {
      candidates.push_back("prompt " + std::to_string(i) + (i % 3 == 0 ? " step by step" : ""));
      low.push_back(0.1 + 0.03 * (i * 7 % 24));
      high.push_back(0.9 - 0.03 * (i * 5 % 24));
    }
    dir_.write("recorded/toy.json", json{{"task", "toy"},
                                         {"candidates", candidates},
                                         {"scores", {{"small", low}, {"large", high}}}}
                                        .dump());
    describe();
  }

  void describe(const json& changes = json::object()) {
    json file = {{"landscapes", {"recorded/*.json"}},
                 {"methods", {"nearest", "random"}},
                 {"seeds", 3},
                 {"calls", 200},
                 {"dev", 40},
                 {"initial", 4}};
    file.update(changes);
    dir_.write("bench.json", file.dump());
  }

  Finished bench(std::vector<std::string> args,
                 std::map<std::string, std::string> environment = {}) const {
    args.insert(args.begin(), {"bench", "bench.json"});
    return zopo(std::move(args), std::move(environment));
  }
  // The summary of a whole run in memory.
  std::string in_memory() const {
    EXPECT_EQ(bench({"-j", "1", "--out", "memory.json"}).exit_code, 0);
    return read_file("memory.json");
  }
  std::string read_file(const std::filesystem::path& file) const {
    std::ifstream in(dir_.path() / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::filesystem::path> cells_in(const std::string& directory) const {
    std::vector<std::filesystem::path> cells;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / directory)) {
      if (entry.path().filename() == "cell.json") cells.push_back(entry.path());
    }
    std::sort(cells.begin(), cells.end());
    return cells;
  }
};

TEST_F(BenchCells, ShardsInFoldersOfTheirOwnMergeToTheBytesOfOneProcess) {
  const std::string whole = in_memory();
  for (const char* shard : {"1", "2", "3"}) {
    const Finished run = bench(
        {"--dir", "part" + std::string(shard), "--shard", std::string(shard) + "/3", "-j", "2"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("shard " + std::string(shard) + " of 3, by --shard"));
    EXPECT_EQ(cells_in("part" + std::string(shard)).size(), 4u);
  }
  const Finished merged =
      zopo({"bench", "merge", "part1", "part2", "part3", "--out", "m.json", "--into", "all"});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(read_file("m.json"), whole);
  EXPECT_EQ(cells_in("all").size(), 12u);
  EXPECT_EQ(zopo({"bench", "merge", "all", "--out", "again.json"}).exit_code, 0);
  EXPECT_EQ(read_file("again.json"), whole);
}

TEST_F(BenchCells, CellsDoneBeforeAreKeptAndDamagedOnesAreRunAgain) {
  const std::string whole = in_memory();
  ASSERT_EQ(bench({"--dir", "d"}).exit_code, 0);
  const std::vector<std::filesystem::path> cells = cells_in("d");
  ASSERT_EQ(cells.size(), 12u);
  // A record that says otherwise shows that it is read, and not made again.
  json changed = json::parse(read_file(cells[0]));
  changed["result"]["auc"] = 7;
  write_cell(cells[0], changed);
  std::ofstream(cells[1]) << "{\"state\": \"do";
  std::filesystem::remove_all(cells[2].parent_path());
  const Finished again = bench({"--dir", "d", "--out", "again.json"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("12 cells, 10 done before, 0 failed, 0 missing"));
  json expected = json::parse(whole)["cells"],
       found = json::parse(read_file("again.json"))["cells"];
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i]["id"] == changed["id"]) expected[i]["auc"] = 7;
  }
  EXPECT_EQ(found, expected);
}

TEST_F(BenchCells, AVariantsFiguresAreThoseOfABenchUnderItsConditions) {
  const json few = {{"dev", 12}, {"examples_per_evaluation", 5}}, exact = {{"noise", "none"}};
  describe({{"variants", json::array({few})}});
  EXPECT_THAT(bench({}).err, HasSubstr("name"));  // a variant without one
  json variants = json::array({json{{"name", "as it is"}}, few, exact});
  variants[1]["name"] = "few";
  variants[2].update({{"name", "exact"}, {"budget", 12}});
  describe({{"variants", variants}});
  ASSERT_EQ(
      bench({"-j", "2", "--out", "all.json", "--out", "all.md", "--out", "all.csv"}).exit_code, 0);
  const json all = json::parse(read_file("all.json"));
  const auto alone = [&](const json& changes) {
    describe(changes);
    return json::parse(in_memory());
  };
  for (const auto& [name, changes] :
       {std::pair("as it is", json::object()), std::pair("few", few)}) {
    const json one = alone(changes);
    for (const char* key : {"landscapes", "methods", "paired"})
      EXPECT_EQ(all["variants"][name][key], one[key]) << name << " " << key;
  }
  dir_.write("bench.json", json{{"landscapes", {"recorded/*.json"}},
                                {"methods", {"nearest", "random"}},
                                {"seeds", 3},
                                {"initial", 4},
                                {"noise", "none"},
                                {"budget", 12}}
                               .dump());
  EXPECT_EQ(all["variants"]["exact"]["methods"], json::parse(in_memory())["methods"]);
  EXPECT_THAT(read_file("all.md"), HasSubstr("| few |"));
  EXPECT_THAT(read_file("all.csv"), HasSubstr(",few,"));
}

TEST_F(BenchCells, KeysThatDoNotGoTogetherInAVariantAreRefusedWhereTheyStand) {
  describe({{"variants", json::array({json{{"name", "exact"}, {"noise", "none"}, {"dev", 10}}})}});
  EXPECT_THAT(bench({}).err, HasSubstr("/variants/0/dev"));
  describe({{"variants", json::array({json{{"name", "a"}}, json{{"name", "a"}}})}});
  EXPECT_THAT(bench({}).err, HasSubstr("two variants are called \"a\""));
}

TEST_F(BenchCells, AfterASignalTheSameCommandGoesOn) {
  describe({{"seeds", 1500}, {"methods", {"random"}}});
  Program program({"bench", "bench.json", "--dir", "d", "-j", "2"}, {}, dir_.path());
  const auto first_cell = [&] {
    std::error_code not_yet;
    return std::filesystem::exists(dir_ / "d/cells", not_yet) &&
           !std::filesystem::is_empty(dir_ / "d/cells", not_yet);
  };
  ASSERT_TRUE(wait_until(first_cell));
  program.send_signal(SIGTERM);
  const Finished stopped = program.wait();
  EXPECT_EQ(stopped.exit_code, 143) << stopped.err;
  EXPECT_THAT(stopped.last_line(), HasSubstr("the same command goes on"));
  const std::size_t done = cells_in("d").size();
  EXPECT_LT(done, 3000u);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / "d/cells"))
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  const Finished again = bench({"--dir", "d", "-j", "2", "--out", "again.json"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("3000 cells, " + std::to_string(done) + " done before"));
  EXPECT_EQ(read_file("again.json"), in_memory());
}

TEST_F(BenchCells, AFlatLandscapeHasNothingToFind) {
  dir_.write("recorded/toy.json", json{{"task", "toy"},
                                       {"candidates", {"a", "b", "c", "d", "e", "f"}},
                                       {"scores", {{"m", {0.5, 0.5, 0.5, 0.5, 0.5, 0.5}}}}}
                                      .dump());
  describe({{"min_spread", 0}});
  const Finished run = bench({"--dir", "d", "--out", "s.json", "--out", "s.html"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(read_file("s.json"))["methods"]["random"]["final"], 0);
  EXPECT_THAT(bench({"--dir", "d"}).err, HasSubstr("6 cells, 6 done before"));
}

TEST_F(BenchCells, AFolderOfAnotherBenchIsRefused) {
  ASSERT_EQ(bench({"--dir", "d"}).exit_code, 0);
  describe({{"calls", 240}});
  const Finished other = bench({"--dir", "d"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("d: holds the cells of another bench"));
  ASSERT_EQ(bench({"--dir", "e"}).exit_code, 0);
  const Finished merged = zopo({"bench", "merge", "d", "e"});
  EXPECT_EQ(merged.exit_code, 2);
  EXPECT_THAT(merged.err, HasSubstr("d and e hold cells of different benches"));
  EXPECT_THAT(zopo({"bench", "merge", "recorded"}).err, HasSubstr("no bench.json in it"));
}

TEST_F(BenchCells, ALandscapeThatChangedMakesAnotherBench) {
  ASSERT_EQ(bench({"--dir", "d"}).exit_code, 0);
  std::string text = read_file("recorded/toy.json");
  text.replace(text.find("prompt 1"), 8, "prompt X");
  dir_.write("recorded/toy.json", text);
  EXPECT_EQ(bench({"--dir", "d"}).exit_code, 2);
}

TEST_F(BenchCells, MergeNamesMissingCellsAndThoseThatDisagree) {
  ASSERT_EQ(bench({"--dir", "a", "--shard", "1/2"}).exit_code, 0);
  const Finished missing = zopo({"bench", "merge", "a", "--out", "m.json"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("6 of 12 cells are missing"));
  EXPECT_THAT(missing.err, HasSubstr("landscape-"));
  const Finished partial = zopo({"bench", "merge", "a", "--partial", "--out", "m.json"});
  EXPECT_EQ(partial.exit_code, 0) << partial.err;
  EXPECT_EQ(json::parse(read_file("m.json"))["missing"], 6);

  ASSERT_EQ(bench({"--dir", "b", "--shard", "1/2"}).exit_code, 0);
  const std::filesystem::path cell = cells_in("b")[0];
  json changed = json::parse(read_file(cell));
  changed["result"]["final"] = 0.125;
  write_cell(cell, changed);
  const Finished disagree = zopo({"bench", "merge", "a", "b", "--partial"});
  EXPECT_EQ(disagree.exit_code, 2);
  EXPECT_THAT(disagree.err, HasSubstr(changed["id"].get<std::string>()));
  EXPECT_THAT(disagree.err, HasSubstr("/final is "));
  EXPECT_THAT(disagree.err, HasSubstr("0.125 in b"));
}

TEST_F(BenchCells, PlanPrintsTheShardsCellsAndEveryCellIsInOneShard) {
  const auto ids = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"bench", "plan", "bench.json", "--dir", "d"});
    const Finished plan = zopo(args);
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    std::set<std::string> found;
    std::istringstream lines(plan.out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("landscape-")) found.insert(line.substr(0, line.find(' ')));
    }
    return found;
  };
  const std::set<std::string> all = ids({});
  EXPECT_EQ(all.size(), 12u);
  std::set<std::string> joined;
  std::size_t sum = 0;
  for (const char* shard : {"1/5", "2/5", "3/5", "4/5", "5/5"}) {
    const std::set<std::string> some = ids({"--shard", shard});
    sum += some.size();
    joined.insert(some.begin(), some.end());
  }
  EXPECT_EQ(sum, 12u);
  EXPECT_EQ(joined, all);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "d"));
}

TEST_F(BenchCells, TheShardIsReadFromTheSchedulersVariables) {
  using Variables = std::map<std::string, std::string>;
  const std::tuple<Variables, const char*> cases[] = {
      {{{"SLURM_ARRAY_TASK_ID", "7"},
        {"SLURM_ARRAY_TASK_MIN", "3"},
        {"SLURM_ARRAY_TASK_MAX", "9"},
        {"SLURM_ARRAY_TASK_STEP", "2"},
        {"SLURM_ARRAY_TASK_COUNT", "4"},
        {"CI_NODE_INDEX", "1"}},
       "shard 3 of 4, by SLURM_ARRAY_TASK_ID"},
      {{{"JOB_COMPLETION_INDEX", "0"}, {"ZOPO_SHARDS", "3"}},
       "shard 1 of 3, by JOB_COMPLETION_INDEX"},
      {{{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "2"}}, "shard 2 of 2, by CI_NODE_INDEX"},
      {{{"JOB_COMPLETION_INDEX", "0"}}, "ZOPO_SHARDS is not: set it, or say --shard"},
      {{{"JOB_COMPLETION_INDEX", "3"}, {"ZOPO_SHARDS", "3"}}, "there is no shard 4 of 3"},
      {{{"SLURM_ARRAY_TASK_ID", "4"},
        {"SLURM_ARRAY_TASK_MIN", "3"},
        {"SLURM_ARRAY_TASK_STEP", "2"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "not one of 4 tasks from 3 in steps of 2"},
      {{{"CI_NODE_INDEX", "two"}, {"CI_NODE_TOTAL", "2"}}, "\"two\" is not a whole number"}};
  for (const auto& [variables, said] : cases) {
    EXPECT_THAT(zopo({"bench", "plan", "bench.json", "--dir", "d"}, variables).err,
                HasSubstr(said));
  }
  // A flag wins, and without a folder nothing is read.
  const Variables slurm = std::get<0>(cases[0]);
  EXPECT_THAT(zopo({"bench", "plan", "bench.json", "--dir", "d", "--shard", "1/2"}, slurm).err,
              HasSubstr("shard 1 of 2, by --shard"));
  EXPECT_THAT(bench({}, slurm).err, Not(HasSubstr("shard")));
  for (const char* wrong : {"0/2", "3/2", "1", "a/2", "1/"}) {
    const Finished run = bench({"--dir", "d", "--shard", wrong});
    EXPECT_EQ(run.exit_code, 2) << wrong;
    EXPECT_THAT(run.err, HasSubstr("--shard")) << wrong;
  }
  EXPECT_THAT(bench({"--shard", "1/2"}).err, HasSubstr("add --dir"));
}

TEST_F(BenchCells, AFailureIsKeptToItsCellAndTriedAgainByTheNextCall) {
  // The landscape of one model records outcomes of too few examples for "dev".
  dir_.write("recorded/few.json", json{{"task", "few"},
                                       {"candidates", {"a", "b", "c", "d", "e"}},
                                       {"scores", {{"m", {0, 0.5, 0.5, 0.5, 1}}}},
                                       {"outcomes", {{"m", {"00", "01", "01", "10", "11"}}}}}
                                      .dump());
  const Finished run = bench({"--dir", "d", "--out", "cells.junit.xml", "--out", "cells.csv"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("18 cells, 0 done before, 6 failed, 0 missing"));
  EXPECT_THAT(run.err, HasSubstr("on few/m: \"dev\": 40 examples"));
  EXPECT_THAT(run.last_line(),
              HasSubstr("6 of 18 cells failed; the same command tries them again"));
  EXPECT_THAT(read_file("cells.junit.xml"), HasSubstr("tests=\"18\" failures=\"0\" errors=\"6\""));
  EXPECT_THAT(read_file("cells.csv"), HasSubstr(",failed,"));
  const Finished again = bench({"--dir", "d"});
  EXPECT_EQ(again.exit_code, 5);
  EXPECT_THAT(again.err, HasSubstr("18 cells, 12 done before, 6 failed"));
  EXPECT_EQ(bench({}).exit_code, 2);  // without a folder the first failure is the answer
}

TEST_F(BenchCells, OutWritesEveryKindAndRefusesOthersBeforeAnythingIsRun) {
  const Finished run = bench({"--out", "s.json", "--out", "s.csv", "--out", "s.md", "--out",
                              "s.html", "--out", "s.junit.xml"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("average rank:"));
  EXPECT_THAT(run.out, HasSubstr("performance profile:"));
  const std::string csv = read_file("s.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 13);
  EXPECT_THAT(read_file("s.md"), HasSubstr("| random |"));
  const std::string page = read_file("s.html");
  EXPECT_THAT(page, HasSubstr("Performance profile"));
  EXPECT_THAT(page, HasSubstr("<polyline"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(read_file("s.junit.xml"), HasSubstr("tests=\"12\" failures=\"0\" errors=\"0\""));
  const json summary = json::parse(read_file("s.json"));
  EXPECT_EQ(summary["ranks"]["random"].get<double>() + summary["ranks"]["nearest"].get<double>(),
            3);
  EXPECT_EQ(summary["profile"]["tau"].size(), 41u);
  EXPECT_EQ(bench({"--dir", "d", "--out", "s.txt"}).exit_code, 2);
  const Finished part = bench({"--dir", "d", "--shard", "1/2", "--out", "s.md"});
  EXPECT_EQ(part.exit_code, 2);
  EXPECT_THAT(part.err, HasSubstr("zopo bench merge"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "d"));
}

TEST_F(BenchCells, FailUnderHoldsEveryMethodsFinalValue) {
  const Finished passes = bench({"--fail-under", "-5"});
  EXPECT_EQ(passes.exit_code, 0) << passes.err;
  const Finished misses = bench({"--fail-under", "1.5", "--out", "s.junit.xml"});
  EXPECT_EQ(misses.exit_code, 100);
  EXPECT_THAT(misses.last_line(), HasSubstr("the mean final value of nearest"));
  EXPECT_THAT(misses.last_line(), HasSubstr("is under --fail-under 1.5"));
  EXPECT_THAT(read_file("s.junit.xml"), HasSubstr("failures=\"1\""));
}

}  // namespace
}  // namespace zopo::test
