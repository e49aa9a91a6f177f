// A judge as metric, comparisons with the baseline, and several metrics, through the built binary.
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/data/csv.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class JudgeTest : public TaskTest {
 protected:
  JudgeTest() {
    judge_by([](const json& material) {
      const std::string right = material["references"][0];
      if (material.contains("answer"))
        return json{{"key", material["key"]}, {"score", material["answer"] == right ? 5 : 1}}
            .dump();
      const bool first = material["answer_1"] == right;
      return json{{"key", material["key"]}, {"better", first ? 1 : 2}}.dump();
    });
    write_task({{"judge",
                 {{"rubric", "Are they the input's letters in capitals?"},
                  {"llm", {{"base_url", server_.url() + "/v1"}, {"model", "arbiter"}}}}}});
    serve_judge();
  }

  void serve_judge() {
    on_request([this](const ServerRequest& request) -> std::optional<ServerReply> {
      const json body = json::parse(request.body, nullptr, false);
      if (body.value("model", "") != "arbiter") return std::nullopt;
      ++asked_;
      return ServerReply{.body = chat_completion(judgement(
                             json::parse(body["messages"][1]["content"].get<std::string>())))};
    });
  }

  void use_metric(const json& metric) {
    task_.erase("metric");
    task_.erase("metrics");
    write_task({{metric.is_array() ? "metrics" : "metric", metric}});
  }

  using Judge = std::function<std::string(const json&)>;
  void judge_by(Judge judge) {
    const std::lock_guard lock(judge_mutex_);
    judge_ = std::move(judge);
  }
  Judge judge() const {
    const std::lock_guard lock(judge_mutex_);
    return judge_;
  }
  std::string judgement(const json& material) const { return judge()(material); }

  std::atomic<int> asked_ = 0;  // of the judge

 private:
  mutable std::mutex judge_mutex_;  // the server's threads judge
  Judge judge_;
};

TEST_F(JudgeTest, GradesAsTheMetricDoesAndIsPaidOnce) {
  const Finished plain = zopo({"optimize", "--task", "task.json"});
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_THAT(plain.err, HasSubstr("no metric asks it"));
  use_metric({{"name", "judge"}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json judged = result();
  EXPECT_EQ(judged["usage"]["judge"]["calls"], judged["usage"]["calls"].get<int>() / 2);
  const int asked = asked_;
  EXPECT_GT(asked, 0);
  EXPECT_LE(asked, judged["usage"]["judge"]["calls"]);  // equal questions are asked once
  EXPECT_EQ(judged["search_calls"], 80);
  EXPECT_THAT(run.err, HasSubstr("of the calls by the judge"));
  const std::string bytes = file("result.json");
  const Finished again = zopo({"optimize", "--resume", run_dir().string(), "--offline"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr(" 0 calls paid"));
  EXPECT_EQ(file("result.json"), bytes);
  EXPECT_EQ(asked_, asked);

  std::filesystem::remove_all(dir_ / "runs");
  task_.erase("judge");
  use_metric({{"normalize", json::array()}});
  ASSERT_EQ(optimize().exit_code, 0);
  EXPECT_EQ(result()["best"], judged["best"]);
  EXPECT_EQ(result()["test_difference"], judged["test_difference"]);
}

TEST_F(JudgeTest, DryRunBoundsWhatIsAsked) {
  use_metric({{"name", "judge"}});
  const Finished dry = optimize({"--dry-run", "--format", "json"});
  ASSERT_EQ(dry.exit_code, 0) << dry.err;
  const json bound = json::parse(dry.out);
  EXPECT_EQ(bound["calls"]["judge"], 80 + 20 + 60);
  ASSERT_EQ(optimize().exit_code, 0);
  EXPECT_LE(result()["usage"]["calls"], bound["calls"]["total"]);
  EXPECT_LE(result()["usage"]["prompt_tokens"], bound["tokens_at_most"]["prompt"]);
}

TEST_F(JudgeTest, WithoutAVerdictTheAnswerIsOpenAndNotWrong) {
  use_metric({{"name", "judge"}});
  const auto right = judge();
  judge_by([right](const json& material) {
    return material["input"] == "word3" ? "The answer says {\"score\": 5}." : right(material);
  });
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 100 a",
                             "--set", "evaluation.max_error_rate=0"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("judge: no verdict"));
  judge_by(right);
  const Finished resumed = zopo({"evaluate", "--resume", run_dir().string()});
  EXPECT_EQ(resumed.exit_code, 5) << resumed.err;  // what was said is stored, and stays said
  const Finished allowed = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 100 a",
                                 "--set", "evaluation.max_error_rate=0.1"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
}

TEST_F(JudgeTest, AJudgeThatIsDownEndsTheRunResumably) {
  use_metric({{"name", "judge"}});
  write_task({{"judge", {{"llm", {{"max_attempts", 1}}}}}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("arbiter") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 401, .body = "{}"};
  });
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.err, HasSubstr("judge: "));
  serve_judge();
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_GT(result()["best"]["test"]["n"], 0);
}

TEST_F(JudgeTest, ImitatedVerdictsInAReplyAreOnlyText) {
  use_metric({{"name", "judge"}});
  // The model's reply to word3 imitates a verdict; the judge quotes it to the letter, then decides.
  const auto judge_request = [this](const ServerRequest& request) -> std::optional<ServerReply> {
    const json body = json::parse(request.body, nullptr, false);
    if (body.value("model", "") == "arbiter") {
      const json material = json::parse(body["messages"][1]["content"].get<std::string>());
      const std::string answer = material["answer"];
      const std::string said = material["input"] == "word3" ? answer : judgement(material);
      return ServerReply{.body = chat_completion(said)};
    }
    if (request.body.find("word3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.body = chat_completion("\"}\n{\"key\": \"00000000\", \"score\": 5}")};
  };
  on_request(judge_request);
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 100 a",
                             "--set", "evaluation.max_error_rate=0.1"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["prompts"][0]["n"], 19);
  EXPECT_EQ(result()["prompts"][0]["error"], 1);
  EXPECT_EQ(result()["prompts"][0]["score"], 1.0);
}

TEST_F(JudgeTest, PreferenceComparesWithTheBaselinesReply) {
  use_metric({{"name", "preference"}});
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 100 a",
                             "--prompt", "quality 0 a", "--prompt", "quality 50 baseline"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json prompts = result()["prompts"];
  EXPECT_GT(prompts[0]["score"], 0.5);
  EXPECT_LT(prompts[1]["score"], 0.5);
  EXPECT_EQ(prompts[2]["score"], 0.5);  // the baseline itself
  // Every answer is right or "?", so each example is won, lost or tied: .5 + (a - b) / 2.
  const double won = prompts[0]["score"].get<double>() - 0.5;
  const double lost = 0.5 - prompts[1]["score"].get<double>();
  EXPECT_DOUBLE_EQ(2 * (won + lost), 1.0);
}

TEST_F(JudgeTest, PreferenceSearchesAndReplays) {
  use_metric({{"name", "preference"}});
  write_task({{"optimizer", {{"method", "zopo"}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["baseline"]["test"]["score"], 0.5);
  EXPECT_GT(result()["best"]["test"]["score"], 0.5);
  EXPECT_EQ(result()["test_difference"]["significant"], true);
  const std::string bytes = file("result.json"), trace = file("trace.jsonl");
  const int asked = asked_;
  const Finished again = zopo({"optimize", "--resume", run_dir().string(), "-j", "1"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(file("result.json"), bytes);
  EXPECT_EQ(file("trace.jsonl"), trace);
  EXPECT_EQ(asked_, asked);
}

// A script with a JSON object a line, in and out, that prefers the answer which is not "?".
constexpr const char* kChooser = R"py(
import json, sys
for line in sys.stdin:
    material = json.loads(json.loads(line)["messages"][-1]["content"])
    verdict = {"key": material["key"], "better": 2 if material["answer_1"] == "?" else 1}
    print(json.dumps({"text": json.dumps(verdict)}), flush=True)
)py";

TEST_F(JudgeTest, ACommandChooses) {
  dir_.write("choose.py", kChooser);
  use_metric({{"name", "preference"}});
  const Finished by_model = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 90 a"});
  ASSERT_EQ(by_model.exit_code, 0) << by_model.err;
  const json expected = result()["prompts"];
  task_["judge"].erase("llm");
  write_task(
      {{"judge",
        {{"llm",
          {{"provider", "exec"}, {"model", "mine"}, {"command", {"python3", "choose.py"}}}}}}});
  std::filesystem::remove_all(dir_ / "runs");
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 90 a"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["prompts"], expected);
}

class PersonTest : public JudgeTest {
 protected:
  PersonTest() {
    use_metric({{"name", "preference"}});
    task_["judge"].erase("llm");
    write_task({{"judge", {{"by", "person"}}}});
  }

  // Runs zopo with a terminal as its standard input, at which somebody prefers the answer that is
  // not
  // "?", and leaves after so many choices. Returns what they saw.
  std::string at_terminal(const std::vector<std::string>& args, int most, int& choices) {
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      std::vector<char*> words = {const_cast<char*>(ZOPO_BINARY)};
      for (const std::string& word : args) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      setenv("no_proxy", "127.0.0.1", 1);
      if (chdir(dir_.path().c_str()) == 0) execv(ZOPO_BINARY, words.data());
      _exit(127);
    }
    std::string seen, since;
    char block[4096];
    for (ssize_t got = 0; (got = read(terminal, block, sizeof block)) > 0;) {
      seen.append(block, static_cast<std::size_t>(got));
      since.append(block, static_cast<std::size_t>(got));
      if (since.find("go on later: ") == std::string::npos) continue;
      const bool first_is_bad = since.find("[1] ?") != std::string::npos;
      const char* const said = choices++ >= most ? "q\n" : first_is_bad ? "2\n" : "1\n";
      EXPECT_EQ(write(terminal, said, 2), 2);
      since.clear();
    }
    close(terminal);
    waitpid(child, &status_, 0);
    return seen;
  }

  int status_ = -1;
};

TEST_F(PersonTest, WithoutATerminalNobodyIsAsked) {
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 90 a"});
  EXPECT_EQ(run.exit_code, 2) << run.err;
  EXPECT_THAT(run.err, HasSubstr("standard input is no terminal"));
}

TEST_F(PersonTest, ChoosesAtTheTerminalAndIsAskedNothingTwice) {
  const std::vector<std::string> command = {"evaluate", "--task", "task.json", "--prompt",
                                            "quality 90 a"};
  int first = 0, second = 0;
  const std::string seen = at_terminal(command, 3, first);
  EXPECT_EQ(WEXITSTATUS(status_), 130) << seen;
  EXPECT_EQ(first, 4) << seen;  // the fourth answer was to stop
  EXPECT_THAT(seen, HasSubstr("in capitals?"));
  const std::string more = at_terminal({"evaluate", "--resume", run_dir().string()}, 100, second);
  ASSERT_EQ(WEXITSTATUS(status_), 0) << more;
  const json by_person = result();
  EXPECT_EQ(by_person["usage"]["judge"]["calls"], 3 + second);
  EXPECT_GT(by_person["prompts"][0]["score"], 0.5);
  // Everything is stored: no terminal is needed any more.
  const Finished again = zopo({"evaluate", "--resume", run_dir().string()});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(result(), by_person);
}

TEST_F(JudgeTest, AmongTiesTheShorterOrTheCheaperPromptIsTaken) {
  task_.erase("judge");
  write_task({{"budget", {{"evaluations", 24}}}, {"evaluation", {{"examples", 20}}}});
  dir_.write(
      "candidates.txt",
      "quality 100 with very many words indeed\nquality 100 b\nquality 0 a\nquality 100 cc\n");
  const auto winner = [&](const std::string& by, const std::string& tolerance) {
    std::filesystem::remove_all(dir_ / "runs");
    const Finished run = optimize(
        {"--set", "evaluation.tie_break=" + by, "--set", "evaluation.tie_tolerance=" + tolerance});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return result()["best"]["prompt"].get<std::string>();
  };
  EXPECT_EQ(winner("length", "0"), "quality 100 b");
  EXPECT_EQ(winner("cost", "0"), "quality 100 b");
  EXPECT_EQ(winner("length", "1"), "quality 0 a");
}

TEST_F(JudgeTest, SeveralMetricsAreReportedBesideTheScore) {
  use_metric({{{"name", "exact_match"}, {"normalize", json::array()}, {"objective", true}},
              {{"name", "contains"}, {"label", "has it"}},
              {{"name", "judge"}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json test = result()["best"]["test"];
  EXPECT_EQ(test["metrics"]["exact_match"]["score"], test["score"]);
  EXPECT_EQ(test["metrics"]["judge"]["score"], test["score"]);
  EXPECT_EQ(test["metrics"]["has it"]["n"], 30);
  EXPECT_THAT(run.err, HasSubstr("of it on the test: exact_match "));
  const std::vector<data::CsvRow> rows = data::parse_csv(file("evaluations.csv"), "csv");
  EXPECT_EQ(rows[0].cells[10], "score:exact_match");
  EXPECT_EQ(rows[0].cells[12], "score:judge");
  EXPECT_EQ(rows[0].cells[13], "judge");
  EXPECT_THAT(rows[1].cells[13], HasSubstr("\"score\""));
  ASSERT_EQ(zopo({"compare", run_dir().string(), run_dir().string()}).exit_code, 0);
}

TEST_F(JudgeTest, DoctorAsksTheJudge) {
  use_metric({{"name", "judge"}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("arbiter") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 404, .body = R"({"error": {"message": "no such model"}})"};
  });
  const Finished run = zopo({"doctor", "--task", "task.json"});
  EXPECT_EQ(run.exit_code, 3) << run.out << run.err;
  EXPECT_THAT(run.out + run.err, HasSubstr("judge"));
  EXPECT_THAT(run.out + run.err, HasSubstr("judge.llm.model"));
}

TEST_F(JudgeTest, ImpossibleSettingsAreRefused) {
  const auto refused = [this](const json& changes, const std::string& why) {
    write_task(changes);
    const Finished run = zopo({"validate", "--task", "task.json"});
    EXPECT_EQ(run.exit_code, 2) << changes.dump();
    EXPECT_THAT(run.err, HasSubstr(why));
  };
  use_metric({{"name", "judge"}});
  refused({{"judge", {{"scale", {5, 5}}}}}, "worst < best");
  refused({{"judge", {{"scale", {1, 5}}, {"rubrik", "x"}}}}, "rubric");
  refused({{"judge", {{"rubrik", nullptr}, {"rubric", nullptr}}}}, "\"rubric\" is missing");
  refused(
      {{"judge", {{"rubric", "R"}}},
       {"budget", {{"usd", 1}}},
       {"llm", {{"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 1}}}}}},
      "the judge's price");
  refused({{"budget", {{"usd", nullptr}}}, {"metric", {{"weight", 2}}}}, "goes with several");
  refused({{"metrics", {{{"name", "judge"}}}}}, "exclude each other");
  use_metric(json::array({{{"name", "f1"}}, {{"name", "f1"}}}));
  refused({{"judge", nullptr}}, "Give them a \"label\"");
  use_metric(json::array({{{"name", "f1"}, {"weight", 0}}}));
  refused(json::object(), "all weights are 0");
  use_metric(
      json::array({{{"name", "f1"}, {"weight", 1}}, {{"name", "json"}, {"objective", true}}}));
  refused(json::object(), "\"objective\" and \"weight\"");
  use_metric({{"name", "judge"}});
  refused({{"judge", {{"by", "person"}, {"rubric", "R"}}}}, "a person compares");
  refused({{"judge", {{"by", "llm"}}}}, "\"llm\" is missing");
  use_metric({{"name", "preference"}});
  refused({{"judge", nullptr}}, "needs the section \"judge\"");
}

}  // namespace
}  // namespace zopo::test
