// Demonstrations chosen together with the instruction (`candidates.exemplars`).
#include <cstdlib>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A prompt is as good as its demonstrations: each of train0 .. train11 shown is worth eight of a
// hundred by its number, the first one shown twice as much.
class Exemplars : public TaskTest {
 protected:
  Exemplars() {
    write_train();
    dir_.write("candidates.txt", "do it please\ndo it now\n");
    write_task(
        {{"data", {{"train", "train.jsonl"}}},
         {"prompt",
          {{"template", "{{instruction}}\n{{exemplars}}\n{{input}}"}, {"baseline", nullptr}}},
         {"candidates",
          {{"exemplars", {{"count", 2}, {"sample", 24}, {"template", "{{input}}={{output}}"}}}}},
         {"optimizer", {{"method", "zopo"}}},
         {"budget", {{"evaluations", nullptr}, {"search_calls", 240}}}});
    on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
      static const ScriptedServer::Handler model =
          answer_chat([](const auto& messages) { return play(messages.back().content); });
      return model(request);
    });
  }

  static std::string play(const std::string& content) {
    int quality = 0, first = 2;
    for (std::size_t at = content.find("train"); at != std::string::npos;
         at = content.find("train", at + 1), first = 1)
      quality += first * 3 * std::atoi(content.c_str() + at + 5);
    const std::string input = content.substr(content.rfind('\n') + 1);
    return play_model("quality " + std::to_string(quality) + "\n" + input);
  }
};

TEST_F(Exemplars, AreChosenAndReportedWhole) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json best = result()["best"];
  ASSERT_EQ(best["exemplars"].size(), 2u);
  std::string shown;
  for (const json& one : best["exemplars"]) {
    const std::string n = std::to_string(one["train"].get<int>());
    EXPECT_EQ(one["input"], "train" + n);
    shown += (shown.empty() ? "" : "\n\n") + ("train" + n) + "=TRAIN" + n;
  }
  EXPECT_EQ(best["text"], best["prompt"].get<std::string>() + "\n\n" + shown);
  EXPECT_EQ(file("best_prompt.txt"), best["text"].get<std::string>() + "\n");
  EXPECT_EQ(result()["usage"]["calls"], server_.request_count());
  EXPECT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
}

TEST_F(Exemplars, TheDomainIsRefinedAroundTheBestWithoutACall) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::vector<json> candidates = json_lines("candidates.jsonl");
  ASSERT_GT(candidates.size(), 24u);
  EXPECT_EQ(candidates[0]["way"], "sample");
  for (std::size_t i = 24; i < candidates.size(); ++i)
    EXPECT_THAT(candidates[i]["way"].get<std::string>(),
                testing::AnyOf("swap", "reorder", "instruction"));
  EXPECT_EQ(result()["candidates"], candidates.size());
  EXPECT_EQ(result()["added"], candidates.size() - 24);
  EXPECT_EQ(result()["search_calls"], 240);
}

TEST_F(Exemplars, NeverShowDevOrTest) {
  ASSERT_EQ(optimize().exit_code, 0);
  for (const ServerRequest& request : server_.requests()) {
    const std::string content =
        json::parse(request.body)["messages"][0]["content"].get<std::string>();
    const std::string before = content.substr(0, content.rfind('\n'));
    EXPECT_THAT(before, Not(testing::ContainsRegex("(word|term)[0-9]"))) << content;
  }
}

TEST_F(Exemplars, OfTheBaselineAlone) {
  task_["candidates"].erase("file");
  write_task({{"candidates", {{"exemplars", {{"instructions", "baseline"}}}}},
              {"prompt", {{"baseline", "quality 50 baseline"}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["best"]["prompt"], "quality 50 baseline");
  for (const json& line : json_lines("candidates.jsonl"))
    EXPECT_EQ(line["prompt"], "quality 50 baseline");
}

TEST_F(Exemplars, DoNotDependOnConcurrencyAndAreGoneOnWith) {
  ASSERT_EQ(optimize({"-j", "1", "--output-dir", "one"}).exit_code, 0);
  ASSERT_EQ(optimize({"-j", "16"}).exit_code, 0);
  ASSERT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
  for (const char* name : {"result.json", "trace.jsonl", "candidates.jsonl"})
    EXPECT_EQ(file_in("one", name), file(name)) << name;
}

TEST_F(Exemplars, OtherMethodsSearchTheSample) {
  const Finished run = optimize({"--method", "random", "--set", "budget.search_calls=100"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json_lines("candidates.jsonl").size(), 24u);
  const Finished refined =
      optimize({"--method", "random", "--set", "candidates.exemplars.refine=5"});
  EXPECT_EQ(refined.exit_code, 2);
  EXPECT_THAT(refined.err, HasSubstr("/candidates/exemplars/refine: method random"));
}

TEST_F(Exemplars, AreAskedForWhole) {
  const Finished asked = zopo({"ask", "--task", "task.json", "asked"});
  ASSERT_EQ(asked.exit_code, 0) << asked.err;
  const json first = json::parse(asked.out.substr(0, asked.out.find('\n')));
  EXPECT_THAT(first["messages"][0]["content"].get<std::string>(), HasSubstr("=TRAIN"));
}

TEST_F(Exemplars, TheWinnerIsEvaluatedWithThem) {
  ASSERT_EQ(optimize().exit_code, 0);
  const json best = result()["best"];
  ASSERT_TRUE(best.contains("exemplars"));
  const std::int64_t before = server_.request_count();
  const Finished run =
      zopo({"evaluate", "--run", run_dir().string(), "--split", "test", "--output-dir", "again"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.request_count(), before);  // its test is in the run's store
  const std::string again_dir =
      std::filesystem::directory_iterator(dir_ / "again")->path().string();
  const json again = json::parse(file_in("again", "result.json"))["prompts"][0];
  EXPECT_EQ(again["score"], best["test"]["score"]);
  EXPECT_EQ(again["prompt"], best["text"]);
  const Finished resumed = zopo({"evaluate", "--resume", again_dir});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
}

TEST_F(Exemplars, TheWinnerIsExportedWithThem) {
  ASSERT_EQ(optimize().exit_code, 0);
  const Finished run = zopo({"export", run_dir().string()});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("=TRAIN"));
}

TEST_F(Exemplars, AWinnerWithThemNeedsAPlaceForThem) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string winner = run_dir().string();
  task_["candidates"].erase("exemplars");
  write_task({{"prompt", {{"template", "{{instruction}}\n{{input}}"}}}});
  const Finished run = zopo({"evaluate", "--task", "task.json", "--run", winner});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("no place for them"));
}

TEST_F(Exemplars, AreRefusedWhereTheyCannotBe) {
  const auto refusal = [this](std::vector<std::string> args) {
    const Finished run = optimize(std::move(args));
    EXPECT_EQ(run.exit_code, 2);
    return run.err;
  };
  EXPECT_THAT(refusal({"--set", "candidates.exemplars.count=13"}),
              HasSubstr("13 demonstrations asked for, but train has 12"));
  EXPECT_THAT(refusal({"--set", "candidates.exemplars.template={{inptu}} {{output}}"}),
              AllOf(HasSubstr("{{inptu}}"), HasSubstr("Did you mean")));
  EXPECT_THAT(refusal({"--set", "prompt.template={{instruction}} {{input}}"}),
              HasSubstr("no {{exemplars}}"));
  EXPECT_THAT(refusal({"--set", "candidates.exemplars.instructions=baseline", "--set",
                       "prompt.baseline=do it"}),
              HasSubstr("there is one instruction"));
  task_["candidates"].erase("exemplars");
  write_task();
  EXPECT_THAT(refusal({}), HasSubstr("{{exemplars}} is in it"));
}

}  // namespace
}  // namespace zopo::test
