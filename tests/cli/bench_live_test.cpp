// `zopo bench FILE` on live tasks: a whole run a cell, one store for all of them.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/cli/task_fixture.h"
#include "tests/support/wait_until.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class BenchLive : public TaskTest {
 protected:
  BenchLive() {
    write_task({{"budget", {{"evaluations", 4}}}, {"evaluation", {{"examples", 6}}}});
    describe();
  }

  void describe(const json& changes = json::object()) {
    json file = {{"tasks", {"task.json"}}, {"methods", {"nearest", "random"}}, {"seeds", 2}};
    file.update(changes);
    dir_.write("bench.json", file.dump());
  }
  Finished bench(std::vector<std::string> args) const {
    args.insert(args.begin(), {"bench", "bench.json"});
    return zopo(std::move(args));
  }
  json read_json(const std::filesystem::path& file) const {
    std::ifstream in(dir_.path() / file);
    return json::parse(in, nullptr, false);
  }
  std::vector<std::filesystem::path> files_in(const std::string& directory,
                                              const std::string& name) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / directory)) {
      if (entry.path().filename() == name) found.push_back(entry.path());
    }
    return found;
  }
  // How often the model was asked the same thing, at most.
  std::size_t most_of_one_request() const {
    std::map<std::string, std::size_t> count;
    std::size_t most = 0;
    for (const ServerRequest& request : server_.requests())
      most = std::max(most, ++count[request.body]);
    return most;
  }
};

TEST_F(BenchLive, EveryCellIsARunOfItsOwnAndNoAnswerIsPaidForTwice) {
  const Finished run = bench({"--dir", "d", "-j", "2", "--out", "s.json", "--out", "s.html"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("1 tasks with model and settings"));
  const json summary = read_json("s.json");
  ASSERT_EQ(summary["cells"].size(), 4u);
  for (const json& cell : summary["cells"]) {
    EXPECT_EQ(cell["kind"], "live");
    EXPECT_EQ(cell["task"], "shout");
    EXPECT_EQ(cell["state"], "done");
    EXPECT_EQ(cell["test_n"], 30);
    EXPECT_EQ(cell["score"], cell["test"]);
  }
  EXPECT_EQ(files_in("d", "result.json").size(), 4u);
  EXPECT_EQ(most_of_one_request(), 1u);
  // A cell is what zopo optimize makes of the same method and seed.
  const json& cell = summary["cells"][1];
  const std::vector<std::string> alone = {"--method",          cell["method"], "--seed",
                                          cell["seed"].dump(), "--cache",      "d/responses.db"};
  ASSERT_EQ(optimize(alone).exit_code, 0);
  EXPECT_EQ(result()["best"]["prompt"], cell["prompt"]);
  EXPECT_EQ(result()["best"]["test"]["score"], cell["test"]);
  EXPECT_EQ(result()["usage"]["calls"], cell["calls"]);
  // All there is: the same command has nothing to do.
  const auto before = server_.request_count();
  EXPECT_THAT(bench({"--dir", "d"}).err, HasSubstr("4 cells, 4 done before"));
  EXPECT_EQ(server_.request_count(), before);
}

TEST_F(BenchLive, ModelsAndSettingsMakeSubjectsOfTheirOwn) {
  describe({{"models",
             {{{"name", "one"}, {"llm", {{"model", "toy-1"}}}},
              {{"name", "two"}, {"llm", {{"model", "toy-2"}, {"max_tokens", 8}}}}}},
            {"set", {{"evaluation.examples", {5, 6}}}},
            {"methods", {"random"}},
            {"seeds", 1}});
  const Finished plan = zopo({"bench", "plan", "bench.json", "--dir", "d"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("random, seed 0, on shout · two · evaluation.examples=6"));
  EXPECT_THAT(plan.out, HasSubstr("4 cells, 4 of them live: at most "));
  EXPECT_EQ(server_.request_count(), 0);
  ASSERT_EQ(bench({"--dir", "d", "--out", "s.json"}).exit_code, 0);
  std::set<std::string> models;
  for (const ServerRequest& request : server_.requests())
    models.insert(json::parse(request.body)["model"].get<std::string>());
  EXPECT_EQ(models, (std::set<std::string>{"toy-1", "toy-2"}));
  EXPECT_EQ(read_json("s.json")["tasks"], 4);
}

TEST_F(BenchLive, AnInterruptedBenchGoesOnWithoutPayingTwice) {
  describe({{"methods", {"random"}}, {"seeds", 3}});
  ASSERT_EQ(bench({"--dir", "whole", "-j", "1", "--out", "whole.json"}).exit_code, 0);
  server_.forget_requests();
  // The sixtieth request is never answered until the client has gone.
  std::atomic<int> asked{0};
  on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
    if (++asked == 60) return ServerReply{.body = "", .fault = Fault::stall};
    return std::nullopt;
  });
  Program program({"bench", "bench.json", "--dir", "d", "-j", "1", "--out", "s.json"},
                  {{"no_proxy", "127.0.0.1"}}, dir_.path());
  ASSERT_TRUE(wait_until([&] { return asked >= 60; }));
  program.send_signal(SIGKILL);
  program.wait();
  EXPECT_LT(files_in("d", "cell.json").size(), 3u);
  on_request(nullptr);
  const Finished again = bench({"--dir", "d", "-j", "2", "--out", "s.json"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_json("s.json"), read_json("whole.json"));
}

TEST_F(BenchLive, AFailedCellIsTriedAgainAndKeptFromTheOthers) {
  describe({{"models",
             {{{"name", "good"}, {"llm", {{"model", "toy"}}}},
              {{"name", "bad"}, {"llm", {{"model", "gone"}}}}}},
            {"methods", {"random"}},
            {"seeds", 1},
            {"retries", 0}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (json::parse(request.body)["model"] != "gone") return std::nullopt;
    return ServerReply{.status = 404, .body = R"({"error":{"message":"no such model"}})"};
  });
  const Finished run = bench({"--dir", "d", "--out", "s.junit.xml"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("2 cells, 0 done before, 1 failed"));
  EXPECT_THAT(run.err, HasSubstr("on shout · bad: "));
  EXPECT_THAT(run.err, HasSubstr("no such model"));
  on_request(nullptr);
  const Finished again = bench({"--dir", "d"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("2 cells, 1 done before, 0 failed"));
}

TEST_F(BenchLive, ACellWhoseFailureMayPassIsTriedAgainAtOnce) {
  describe({{"methods", {"random"}}, {"seeds", 1}, {"set", {{"llm.max_attempts", {1}}}}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number != 30) return std::nullopt;
    return ServerReply{.status = 503, .body = "{}"};
  });
  const Finished run = bench({"--dir", "d"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(read_json(files_in("d", "cell.json").at(0))["attempts"], 2);
}

TEST_F(BenchLive, ShardsMergeWithTheirStores) {
  describe({{"methods", {"random"}}, {"seeds", 2}});
  ASSERT_EQ(bench({"--dir", "whole", "--out", "whole.json"}).exit_code, 0);
  for (const char* shard : {"1", "2"}) {
    ASSERT_EQ(bench({"--dir", shard, "--shard", shard + std::string("/2")}).exit_code, 0);
  }
  const Finished merged =
      zopo({"bench", "merge", "1", "2", "--into", "all", "--out", "merged.json"});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(read_json("merged.json"), read_json("whole.json"));
  EXPECT_EQ(files_in("all", "result.json").size(), 2u);
  const auto records = [&](const std::string& store) {
    return json::parse(zopo({"cache", "stats", store, "--format", "json"}).out)["records"];
  };
  EXPECT_EQ(records("all/responses.db"), records("whole/responses.db"));
}

TEST_F(BenchLive, RefusesWhatCannotBeRun) {
  EXPECT_THAT(bench({}).err, HasSubstr("add --dir"));
  const std::pair<json, const char*> cases[] = {
      {{{"tasks", {"absent*.json"}}}, "no file matches"},
      {{{"set", {{"evaluation.exampels", {5}}}}}, "/evaluation/exampels: unknown key"},
      {{{"models", {{{"name", "a"}, {"llm", {{"modle", "x"}}}}}}}, "modle"},
      {{{"models",
         {{{"name", "a"}, {"llm", json::object()}}, {{"name", "a"}, {"llm", json::object()}}}}},
       "two models are called \"a\""},
      {{{"methods", {{{"method", "random"}, {"options", {{"nothing", 1}}}}}}}, "nothing"}};
  for (const auto& [changes, said] : cases) {
    describe(changes);
    const Finished run = bench({"--dir", "d"});
    EXPECT_EQ(run.exit_code, 2) << said;
    EXPECT_THAT(run.err, HasSubstr(said));
  }
  dir_.write("bench.json", R"({"methods": ["random"]})");
  EXPECT_THAT(bench({"--dir", "d"}).err, HasSubstr("nothing to compare on"));
  dir_.write("bench.json",
             R"({"methods": ["random"], "landscapes": ["*.json"], "caps": {"calls": 1}})");
  EXPECT_THAT(bench({"--dir", "d"}).err, HasSubstr("is for \"tasks\""));
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(BenchLive, ProgressCountsCellsAndWhatTheyCost) {
  const Finished run = bench({"--dir", "d", "-j", "1", "--progress", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::istringstream lines(run.err);
  json last;
  std::int64_t running = 0, calls = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("{")) continue;
    last = json::parse(line);
    EXPECT_EQ(last["cells"], 4);
    running = std::max(running, last["running"].get<std::int64_t>());
    EXPECT_GE(last["calls_paid"], calls);
    calls = last["calls_paid"];
  }
  EXPECT_EQ(running, 1);
  EXPECT_EQ(last["done"], 4);
  EXPECT_EQ(last["running"], 0);
  EXPECT_EQ(calls, server_.request_count());
  EXPECT_EQ(bench({"--dir", "d", "--progress", "none"}).exit_code, 0);
  EXPECT_EQ(bench({"--dir", "d", "--progress", "loud"}).exit_code, 2);
}

TEST_F(BenchLive, ComparesTwoBenchesOverTheirEqualCells) {
  describe({{"methods", {"random", "nearest"}}, {"seeds", 2}});
  ASSERT_EQ(bench({"--dir", "a"}).exit_code, 0);
  // Another template makes other cells, which stay comparable.
  write_task({{"prompt", {{"template", "Now: {{instruction}}\n{{input}}"}}}});
  describe({{"methods", {"random"}}, {"seeds", 3}});
  ASSERT_EQ(bench({"--dir", "b", "--out", "b.json"}).exit_code, 0);
  const Finished run = zopo({"compare", "a", "b.json", "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json found = json::parse(run.out);
  EXPECT_EQ(found["methods"]["random"]["cells"], 2);
  EXPECT_FALSE(found["methods"].contains("nearest"));
  EXPECT_EQ(found["only_a"].size(), 2u);
  EXPECT_EQ(found["only_b"].size(), 1u);
  EXPECT_EQ(found["only_b"][0], "random, seed 2, on shout");
  EXPECT_TRUE(found["methods"]["random"]["difference"].contains("verdict"));
  const Finished worse = zopo({"compare", "a", "b", "--min-improvement", "0.9"});
  EXPECT_EQ(worse.exit_code, 100);
  EXPECT_THAT(worse.last_line(), HasSubstr("random: the improvement"));
  EXPECT_EQ(zopo({"compare", "a", "task.json"}).exit_code, 2);
}

}  // namespace
}  // namespace zopo::test
