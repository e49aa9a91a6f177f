// What the built binary says to wrong input: whole sentences, the right exit code, nothing on
// stdout.
#include <algorithm>
#include <sstream>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

using Usage = TaskTest;

TEST_F(Usage, HelpAndVersionGoToStdout) {
  for (const char* flag : {"--help", "--version"}) {
    const Finished run = zopo({flag});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(run.out, HasSubstr("zopo"));
    EXPECT_EQ(run.err, "");
  }
  for (const char* command : {"optimize", "evaluate", "compare", "validate", "schema", "bench"}) {
    const Finished run = zopo({command, "--help"});
    EXPECT_EQ(run.exit_code, 0) << command;
    EXPECT_THAT(run.out, HasSubstr("--help")) << command;
  }
}

TEST_F(Usage, WrongCommandLinesExitWithTwo) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"optimise"},
      {"optimize", "--task"},
      {"optimize", "--task", "task.json", "--colour"},
      {"optimize", "--task", "task.json", "--format", "xml"},
      {"optimize", "--task", "task.json", "--progress", "loud"},
      {"optimize", "--task", "task.json", "--set", "seed"},
      {"optimize", "--task", "task.json", "--set", "name.first=x"},
      {"optimize", "--task", "task.json", "--out", "result.pdf"},
      {"optimize", "--task", "missing.json"},
      {"optimize", "--resume", "nowhere"},
      {"--log-level", "loud", "schema"}};
  for (const auto& line : lines) {
    const Finished run = zopo(line);
    EXPECT_EQ(run.exit_code, 2) << testing::PrintToString(line) << run.err;
    EXPECT_EQ(run.out, "") << testing::PrintToString(line);
    EXPECT_NE(run.err, "") << testing::PrintToString(line);
  }
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Usage, UnknownCommandsAndFlagsNameTheNearest) {
  EXPECT_THAT(zopo({"optimise"}).err, HasSubstr("optimize"));
  EXPECT_THAT(zopo({"optimize", "--budget-call", "3"}).err, HasSubstr("--budget-calls"));
  EXPECT_THAT(zopo({"help", "metric"}).err, HasSubstr("metrics"));
  EXPECT_THAT(zopo({"cache", "stat"}).err, HasSubstr("no command zopo cache stat. Did you mean"));
  EXPECT_THAT(zopo({"bench", "pln", "b.json"}).err, HasSubstr("plan"));
  EXPECT_THAT(zopo({"--log-level", "warn", "optimise"}).err, HasSubstr("zopo optimise. Did you"));
  EXPECT_THAT(zopo({"optimize", "-q"}).err, HasSubstr("zopo optimize has no flag -q."));
}

TEST_F(Usage, TheLastLineSaysWhereToLook) {
  EXPECT_EQ(zopo({}).last_line(), "zopo: exit 2: nothing was sent; see: zopo --help");
  EXPECT_EQ(zopo({"cache", "stat"}).last_line(),
            "zopo: exit 2: nothing was sent; see: zopo cache --help");
  std::filesystem::remove(dir_ / "task.json");
  EXPECT_EQ(zopo({"validate"}).last_line(),
            "zopo: exit 2: nothing was sent; see: zopo validate --help");
}

TEST_F(Usage, TheTaskFileOfTheFolderIsFound) {
  EXPECT_EQ(zopo({"validate"}).exit_code, 0);
  EXPECT_EQ(zopo({"validate", "task.json"}).exit_code, 0);
  EXPECT_EQ(zopo({"optimize", "--dry-run"}).exit_code, 0);
  std::filesystem::remove(dir_ / "task.json");
  const Finished none = zopo({"optimize"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("no task.json in this folder"));
}

TEST_F(Usage, HelpExplainsEveryTopicThatItLists) {
  std::istringstream listed(zopo({"help"}).out);
  int topics = 0;
  for (std::string line; std::getline(listed, line);) {
    if (!line.starts_with("zopo help ")) continue;
    const std::string topic = line.substr(10, line.find(' ', 10) - 10);
    EXPECT_EQ(zopo({"help", topic}).exit_code, 0) << topic;
    EXPECT_THAT(zopo({"help", topic, "--man"}).out, testing::StartsWith(".TH zopo-" + topic));
    ++topics;
  }
  EXPECT_EQ(topics, 8);
  const std::string budgets = zopo({"help", "budgets"}).out;
  EXPECT_THAT(budgets, HasSubstr("  budget.usd\n      Dollars, all calls; needs llm.price.\n"));
  EXPECT_THAT(budgets, HasSubstr("before it gives that up"));
  EXPECT_EQ(budgets.find("@settings"), std::string::npos);
}

struct WrongTask {
  const char* name;
  json change;
  const char* expected;
};

TEST_F(Usage, WrongTaskFilesNameThePlaceAndTheMend) {
  const WrongTask cases[] = {
      {"unknown key", {{"bugdet", json::object()}}, "Did you mean \"budget\"?"},
      {"deep unknown key", {{"llm", {{"temprature", 0}}}}, "Did you mean \"temperature\"?"},
      {"wrong type", {{"optimizer", {{"seed", "one"}}}}, "/optimizer/seed"},
      {"wrong metric", {{"metric", {{"name", "exact_mach"}}}}, "exact_match"},
      {"wrong method", {{"optimizer", {{"method", "zopoo"}}}}, "zopo"},
      {"missing data", {{"data", {{"dev", nullptr}}}}, "no dev examples"},
      {"missing file", {{"data", {{"dev", "nowhere.jsonl"}}}}, "nowhere.jsonl"},
      {"two forms", {{"data", {{"file", "dev.jsonl"}}}}, "exclude each other"},
      {"placeholder", {{"prompt", {{"template", "{{instruction}} {{imput}}"}}}}, "{{imput}}"},
      {"too many examples", {{"evaluation", {{"examples", 21}}}}, "dev has 20 example(s)"},
      {"overlap", {{"data", {{"test", "dev.jsonl"}}}}, "two sides"},
      {"both budgets", {{"budget", {{"search_calls", 80}}}}, "Keep one"},
      {"an old name", {{"candidates", {{"generate", json::object()}}}}, "is called \"write\" now"},
      {"another old name", {{"candidates", {{"grow", json::object()}}}}, "is called \"write\" now"},
      {"way", {{"candidates", {{"file", nullptr}, {"write", {{"ways", {"guess"}}}}}}}, "/ways/0"},
      {"embeddings of nothing",
       {{"candidates", nullptr}, {"embeddings", {{"file", "z.npy"}}}},
       "a file of embeddings has none"},
      {"racing",
       {{"optimizer", {{"method", "zopo"}}}, {"evaluation", {{"racing", "on"}}}},
       "zopo cannot race"},
      {"extract", {{"metric", {{"extract", {"last_numbr"}}}}}, "last_number"},
  };
  const json original = task_;
  for (const WrongTask& wrong : cases) {
    task_ = original;
    write_task(wrong.change);
    const Finished run = optimize();
    EXPECT_EQ(run.exit_code, 2) << wrong.name << ": " << run.err;
    EXPECT_THAT(run.err, HasSubstr(wrong.expected)) << wrong.name;
    EXPECT_FALSE(std::filesystem::exists(dir_ / "runs")) << wrong.name;
  }
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Usage, AnUnknownKeyIsShownWithLineAndColumn) {
  dir_.write("task.json",
             "{\n  // a comment\n  \"data\": {\"dev\": \"dev.jsonl\"},\n  \"llm\": {\"modell\": "
             "\"m\"}\n}\n");
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("task.json:4:11: /llm"));
}

TEST_F(Usage, SettingsComeFromFlagThenEnvironmentThenFile) {
  const auto total = [&](std::vector<std::string> args,
                         std::map<std::string, std::string> environment) {
    args.insert(args.begin(), {"optimize", "--task", "task.json", "--dry-run", "--format", "json"});
    return json::parse(zopo(args, environment).out)["calls"]["search"].get<int>();
  };
  EXPECT_EQ(total({}, {}), 80);
  EXPECT_EQ(total({}, {{"ZOPO_BUDGET_EVALUATIONS", "6"}}), 60);
  EXPECT_EQ(total({"--budget-evaluations", "5"}, {{"ZOPO_BUDGET_EVALUATIONS", "6"}}), 50);
  EXPECT_EQ(total({"--set", "budget.evaluations=4"}, {}), 40);
}

TEST_F(Usage, ValidateSaysWhatItFoundAndSendsNothing) {
  const Finished run = zopo({"validate", "--task", "task.json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("candidates  25"));
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Usage, TheSchemaIsOneAndDescribesEverySetting) {
  const json schema = json::parse(zopo({"schema"}).out);
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  for (const auto& [section, content] : schema["properties"].items()) {
    EXPECT_TRUE(content.contains("description") || content.contains("properties")) << section;
  }
}

TEST_F(Usage, RecordFillsAStoreThatAnyRunReplays) {
  const Finished record = zopo({"bench", "record", "--task", "task.json", "--store", "all.db"});
  ASSERT_EQ(record.exit_code, 0) << record.err;
  EXPECT_EQ(server_.request_count(),
            25 * 50);  // 24 candidates and the baseline on 20 + 30 examples
  for (const char* seed : {"1", "2"}) {
    EXPECT_EQ(optimize({"--offline", "--cache", "all.db", "--seed", seed}).exit_code, 0);
  }
  EXPECT_EQ(zopo({"bench", "record", "--task", "task.json", "--store", "all.db"}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), 25 * 50);
}

TEST_F(Usage, RecordKeepsRepliesThatWereCutForOfflineRuns) {
  on_request([](const ServerRequest&) {
    return ServerReply{.body = chat_completion("a word and more", "length")};
  });
  const Finished record = zopo({"bench", "record", "--task", "task.json", "--store", "cut.db"});
  ASSERT_EQ(record.exit_code, 0) << record.err;
  const Finished run =
      optimize({"--offline", "--cache", "cut.db", "--set", "evaluation.all_wrong=score"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(result()["errors"]["truncated"], 0);
}

TEST_F(Usage, ProgressIsPlainInAPipeAndJsonOnDemand) {
  const Finished plain = optimize();
  EXPECT_EQ(plain.err.find('\r'), std::string::npos);
  const Finished lines = optimize({"--progress", "json"});
  const json first = json::parse(lines.err.substr(0, lines.err.find('\n')));
  EXPECT_TRUE(first.contains("stage")) << lines.err;
  const Finished none = optimize({"--progress", "none"});
  EXPECT_EQ(none.err.find("/160 calls"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace zopo::test
