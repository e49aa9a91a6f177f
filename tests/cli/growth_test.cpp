// Candidates that the model writes during the search (`candidates.write`).
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <regex>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "tests/support/wait_until.h"
#include "zopo/base/hash.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kBestOfFirst = 40;

// The first candidates have qualities up to 40. Shown some, the model writes one somewhat better.
class Growth : public TaskTest {
 protected:
  Growth() {
    std::string candidates;
    for (int i = 0; i < 12; ++i) {
      candidates +=
          "quality " + std::to_string(i * kBestOfFirst / 11) + " style " + std::to_string(i) + "\n";
    }
    write_train();
    dir_.write("candidates.txt", candidates);
    write_task({{"data", {{"train", "train.jsonl"}}},
                {"candidates",
                 {{"write", {{"calls", 16}, {"initial", 0}, {"ways", {"improve", "repair"}}}}}},
                {"prompt", {{"baseline", nullptr}}},
                {"optimizer", {{"method", "zopo"}}},
                {"budget", {{"evaluations", nullptr}, {"search_calls", 200}}}});
    write_with(better);
  }

  static std::vector<int> qualities_in(const std::string& text) {
    static const std::regex kQuality("quality ([0-9]+)", std::regex::icase);
    std::vector<int> found;
    for (std::sregex_iterator at(text.begin(), text.end(), kQuality), end; at != end; ++at)
      found.push_back(std::stoi((*at)[1]));
    return found;
  }
  static std::string better(const std::string& request) {
    const std::vector<int> shown = qualities_in(request);
    const Sha256 hash = sha256(request);
    const int best = *std::max_element(shown.begin(), shown.end());
    return "<prompt>Give quality " + std::to_string(std::min(best + 8 + hash[0] % 9, 95)) +
           " with " + std::string(6, static_cast<char>('a' + hash[1] % 26)) + " in it</prompt>";
  }

  std::vector<json> growths() const {
    std::vector<json> found;
    for (const json& line : json_lines("trace.jsonl"))
      if (line["phase"] == "write") found.push_back(line);
    return found;
  }
  // Answers, and what was written and looked at on the way.
  std::int64_t spent_in_search() const {
    const json r = result();
    return r["search_calls"].get<std::int64_t>() + r["written"]["replies"].get<std::int64_t>() +
           r["written"]["reflections"].get<std::int64_t>();
  }
  std::vector<std::string> meta_requests() const {
    std::vector<std::string> bodies;
    for (const ServerRequest& request : server_.requests())
      if (is_meta(request)) bodies.push_back(request.body);
    return bodies;
  }
};

TEST_F(Growth, FindsAPromptThatTheFileDoesNotHold) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(qualities_in(run.out).at(0), kBestOfFirst);
  const json r = result();
  EXPECT_EQ(r["written"]["replies"], meta_requests().size());
  EXPECT_EQ(r["candidates"], 13 + r["written"]["distinct"].get<int>());
  EXPECT_GT(r["written"]["reflections"], 0);
  EXPECT_EQ(r["usage"]["calls"], server_.request_count());
  EXPECT_EQ(spent_in_search(), 200);
}

TEST_F(Growth, WithoutItTheFileIsAll) {
  task_["candidates"].erase("write");
  write_task();
  const Finished plain = optimize();
  ASSERT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_LE(qualities_in(plain.out).at(0), kBestOfFirst);
  EXPECT_TRUE(meta_requests().empty());
}

TEST_F(Growth, IsOnRecord) {
  ASSERT_EQ(optimize().exit_code, 0);
  ASSERT_FALSE(growths().empty());
  std::int64_t distinct = 0;
  for (const json& line : growths()) {
    EXPECT_THAT(line["way"], testing::AnyOf("improve", "repair"));
    EXPECT_GE(line["replies"], line["candidates"]);
    EXPECT_TRUE(line["index"].is_number());
    EXPECT_TRUE(line["to_beat"].is_number());
    if (line["candidates"] > 0) {
      EXPECT_EQ(line["first"], 13 + distinct);
    }
    distinct += line["candidates"].get<std::int64_t>();
  }
  EXPECT_EQ(json_lines("trace.jsonl").back()["phase"], "stop");
  const std::vector<json> candidates = json_lines("candidates.jsonl");
  ASSERT_EQ(candidates.size(), 13u + static_cast<std::size_t>(distinct));
  EXPECT_FALSE(candidates[11].contains("way"));
  for (std::size_t i = 13; i < candidates.size(); ++i) {
    EXPECT_THAT(candidates[i]["way"], testing::AnyOf("improve", "repair", "paraphrase"));
    EXPECT_FALSE(candidates[i]["parents"].empty());
  }
  EXPECT_EQ(json::parse(file("map.json"))["x"].size(), candidates.size());
  EXPECT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
  const std::string page = file("report.html");
  const std::size_t begin = page.find("id=\"data\">") + 10;
  const json shown = json::parse(page.substr(begin, page.find("</script>", begin) - begin))[0];
  EXPECT_EQ(shown["writing"].size(), growths().size());
  EXPECT_EQ(shown["stop"]["why"], "budget");
}

TEST_F(Growth, ShowsTheBestWithTheirScoresAndTrainOnly) {
  ASSERT_EQ(optimize().exit_code, 0);
  ASSERT_FALSE(meta_requests().empty());
  static const std::regex kRight("Right: ([0-9]+) of 100");
  int ranked = 0, repaired = 0;
  for (const std::string& body : meta_requests()) {
    EXPECT_THAT(body, HasSubstr("train"));
    EXPECT_THAT(body, Not(testing::ContainsRegex("(word|term)[0-9]")));
    std::vector<int> scores;
    for (std::sregex_iterator at(body.begin(), body.end(), kRight), end; at != end; ++at)
      scores.push_back(std::stoi((*at)[1]));
    EXPECT_TRUE(std::is_sorted(scores.begin(), scores.end()));
    ranked += scores.size() > 1 ? 1 : 0;
    repaired += body.find("the answer was") != body.npos ? 1 : 0;
  }
  EXPECT_GT(ranked, 0);
  EXPECT_GT(repaired, 0);
}

TEST_F(Growth, TheFeedbackOfAMetricReachesWhoRepairs) {
  dir_.write("score.py", R"(import json, sys
for line in sys.stdin:
    case = json.loads(line)
    right = case["answer"] in case["references"]
    said = {} if right else {"feedback": "the \"word\" is not shouted"}
    print(json.dumps({"id": case["id"], "score": float(right), **said}))
)");
  write_task({{"metric",
               {{"name", "command"},
                {"normalize", nullptr},
                {"options", {{"command", {"python3", "score.py"}}}}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  int told = 0;
  for (const std::string& body : meta_requests()) {
    const std::string content = json::parse(body)["messages"].back()["content"];
    const bool repairs = content.find("the answer was") != content.npos;
    EXPECT_EQ(content.find(R"(Said of it: "the \"word\" is not shouted")") != content.npos,
              repairs);
    told += repairs ? 1 : 0;
  }
  EXPECT_GT(told, 0);
  EXPECT_THAT(file("evaluations.csv"), HasSubstr("is not shouted"));
}

TEST_F(Growth, WhatItLooksAtOnTrainIsOnRecord) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string csv = file("evaluations.csv");
  EXPECT_THAT(csv, HasSubstr("\ntrain,"));
  const json roles = json::parse(file("timing.json"))["by_role"];
  EXPECT_EQ(roles["reflect"]["calls_paid"], result()["written"]["reflections"]);
  EXPECT_EQ(roles["write"]["calls_paid"], result()["written"]["replies"]);
}

TEST_F(Growth, DoesNotDependOnConcurrency) {
  ASSERT_EQ(optimize({"-j", "1", "--output-dir", "one"}).exit_code, 0);
  ASSERT_EQ(optimize({"-j", "16", "--output-dir", "many"}).exit_code, 0);
  for (const char* name : {"result.json", "trace.jsonl", "candidates.jsonl"})
    EXPECT_EQ(file_in("one", name), file_in("many", name)) << name;
}

TEST_F(Growth, KilledWhileItWritesItGoesOnToTheSameBytes) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  const std::size_t before = meta_requests().size();
  // Nobody answers the third one until the program is gone.
  std::atomic<int> asked = 0;
  std::atomic<bool> is_gone = false;
  on_request([&](const ServerRequest& request) -> std::optional<ServerReply> {
    if (!is_meta(request)) return std::nullopt;
    if (++asked >= 3 && !is_gone) return ServerReply{.fault = Fault::stall};
    return ServerReply{.body = chat_completion(better(request.body))};
  });
  Program program({"optimize", "--task", "task.json", "-j", "1"}, {{"no_proxy", "127.0.0.1"}},
                  dir_.path());
  ASSERT_TRUE(wait_until([&] { return asked >= 3; }));
  program.send_signal(SIGKILL);
  program.wait();
  is_gone = true;
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  for (const char* name : {"result.json", "trace.jsonl", "candidates.jsonl"})
    EXPECT_EQ(file(name), file_in("whole", name)) << name;
  // The two that were answered are not asked again.
  EXPECT_EQ(static_cast<std::size_t>(asked), before + 1);
}

TEST_F(Growth, ReplaysOffline) {
  ASSERT_EQ(optimize({"--cache", "shared.db", "--output-dir", "first"}).exit_code, 0);
  const std::int64_t calls = server_.request_count();
  const Finished again = optimize({"--cache", "shared.db", "--offline", "--output-dir", "again"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.request_count(), calls);
  EXPECT_EQ(file_in("first", "result.json"), file_in("again", "result.json"));
}

TEST_F(Growth, AWriterThatRefusesIsLeftAloneAndTheSearchGoesOn) {
  write_with([](const std::string&) { return "I'm sorry, but no."; });
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(meta_requests().size(), 1u);
  EXPECT_LT(meta_requests().size(), 16u);
  EXPECT_EQ(result()["written"]["distinct"], 0);
  EXPECT_EQ(result()["written"]["dropped"]["refusal"], meta_requests().size());
  EXPECT_EQ(spent_in_search(), 200);
}

TEST_F(Growth, ItsCallsAreInTheBoundAndInTheCap) {
  const json preview =
      json::parse(zopo({"optimize", "--task", "task.json", "--dry-run", "--format", "json"}).out);
  EXPECT_EQ(preview["calls"]["write"], 16);
  EXPECT_EQ(preview["calls"]["reflect"], 64);
  EXPECT_EQ(preview["calls"]["search"], 200);  // with what is written on the way
  EXPECT_EQ(preview["calls"]["typical"], 16 + 64 + 120 + 60);
  const Finished run = optimize({"--budget-calls", "180"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_LE(server_.request_count(), 180);
  EXPECT_EQ(result()["best"]["test"]["n"], 30);
}

TEST_F(Growth, IsRefusedWhereItCannotBe) {
  const Finished asked = zopo({"ask", "--task", "task.json", "asked"});
  EXPECT_EQ(asked.exit_code, 2);
  EXPECT_THAT(asked.err, HasSubstr("nobody writes candidates"));
  write_task({{"embeddings", {{"file", "z.npy"}}}});
  const Finished file = optimize();
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_THAT(file.err, AllOf(HasSubstr("/embeddings/file"), HasSubstr("write")));
}

}  // namespace
}  // namespace zopo::test
