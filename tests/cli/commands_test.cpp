// What is made from the list of commands: helps, variables, completions, the manual; and `zopo
// init`.
#include <array>
#include <cstdio>
#include <fstream>

#include "cli/bench_progress.h"
#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/completion.h"
#include "cli/flags.h"
#include "cli/progress.h"
#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/app/init.h"
#include "zopo/base/file.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

cli::CommandText tree() {
  cli::CommandLine line;
  return cli::command_tree(line.app());
}

TEST(Commands, EveryFlagHasItsVariable) {
  int checked = 0;
  const cli::CommandText root = tree();
  for (const cli::CommandText* command : cli::all_commands(root)) {
    for (const cli::FlagText& flag : command->flags) {
      const std::string& name = flag.names.back();
      if (name == "--help" || name == "--version") continue;
      EXPECT_EQ(flag.variable, cli::variable_of(name)) << command->path << " " << name;
      ++checked;
    }
  }
  EXPECT_GT(checked, 60);
}

TEST(Commands, EveryHelpHasExamplesOfItsOwnCommand) {
  const cli::CommandText root = tree();
  for (const cli::CommandText* command : cli::all_commands(root))
    EXPECT_THAT(command->examples, HasSubstr("\n  " + command->path + " ")) << command->path;
}

class Completion : public TaskTest {
 protected:
  // What bash offers for the last of the words.
  std::string offered(const std::string& words) {
    dir_.write("zopo.bash", zopo({"completion", "bash"}).out);
    dir_.write("ask.bash",
               "source ./zopo.bash\nCOMP_WORDS=(" + words +
                   ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_zopo\necho \"${COMPREPLY[@]}\"\n");
    return output_of("cd '" + dir_.path().string() + "' && bash ask.bash");
  }
  static std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
      text.append(buffer.data(), n);
    const int status = pclose(pipe);
    EXPECT_EQ(status, 0) << command << "\n" << text;
    return text;
  }
};

TEST_F(Completion, BashOffersCommandsFlagsValuesAndFiles) {
  EXPECT_EQ(offered("zopo opt"), "optimize\n");
  EXPECT_EQ(offered("zopo bench rec"), "record\n");
  EXPECT_EQ(offered("zopo optimize --dry"), "--dry-run\n");
  EXPECT_EQ(offered("zopo bench record --sto"), "--store\n");
  EXPECT_EQ(offered("zopo optimize --format ''"), "text json\n");
  EXPECT_EQ(offered("zopo completion ''"), "bash zsh fish\n");
  EXPECT_EQ(offered("zopo optimize --task ta"), "task.json\n");
  EXPECT_EQ(offered("zopo --log-level debug val"), "validate\n");
}

TEST_F(Completion, EveryShellHearsOfEveryCommandAndFlag) {
  const cli::CommandText root = tree();
  for (const std::string& shell : cli::completion_shells()) {
    const std::string script = zopo({"completion", shell}).out;
    for (const cli::CommandText* command : cli::all_commands(root)) {
      EXPECT_THAT(script, HasSubstr("'" + command->path + "'")) << shell;
      for (const cli::FlagText& flag : command->flags)
        EXPECT_THAT(script, HasSubstr(flag.names.back().substr(2))) << shell;
    }
  }
  EXPECT_EQ(zopo({"completion", "tcsh"}).exit_code, 2);
}

TEST_F(Completion, TheManualNamesEveryCommandAndFlag) {
  const std::string manual = zopo({"manual"}).out;
  EXPECT_EQ(manual.rfind(".TH ZOPO 1", 0), 0u);
  const cli::CommandText root = tree();
  for (const cli::CommandText* command : cli::all_commands(root)) {
    if (command == &root) continue;
    EXPECT_THAT(manual, HasSubstr(".SS \\fB" + command->path + "\\fR"));
  }
  EXPECT_THAT(manual, HasSubstr("\\fB\\-\\-dry\\-run\\fR"));
  EXPECT_THAT(manual, HasSubstr("Exit codes"));
}

using Init = TaskTest;

TEST_F(Init, EveryTemplateValidatesAndRunsAsItIs) {
  on_request([](const ServerRequest&) { return ServerReply{.body = chat_completion("a reply")}; });
  for (const std::string& name : app::template_names()) {
    ASSERT_EQ(zopo({"init", "--template", name, name}).exit_code, 0) << name;
    const std::string task = name + "/task.json";
    EXPECT_EQ(zopo({"validate", "--task", task}).exit_code, 0) << name;
    EXPECT_EQ(std::filesystem::file_size(dir_ / name / "task.schema.json"),
              zopo({"schema"}).out.size());
    if (name == "judge") continue;  // "a reply" is no verdict
    const Finished run =
        zopo({"optimize", "--task", task, "--set", "llm.base_url=" + server_.url() + "/v1", "--set",
              "candidates.write.initial=1", "--budget-evaluations", "1", "--set",
              "evaluation.all_wrong=score"});
    EXPECT_EQ(run.exit_code, 0) << name << run.err;
  }
}

TEST_F(Init, WritesATaskForDataThatAreThere) {
  std::string rows = "text,label\n";
  for (int i = 0; i < 60; ++i)
    rows += "message " + std::to_string(i) + "," + (i % 3 == 0 ? "billing" : "technical") + "\n";
  dir_.write("tickets.csv", rows);
  dir_.write("prompt.md", "# Role\nName the department.\n");
  const Finished run = zopo({"init", "--data", "tickets.csv", "--prompt", "prompt.md", "made"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("60 examples; CSV"));
  EXPECT_THAT(run.err, HasSubstr("one of 2 labels: billing (20), technical (40)"));
  EXPECT_THAT(run.err, HasSubstr("train 8, dev 40, test 12"));
  EXPECT_EQ(zopo({"validate", "made/task.json"}).exit_code, 0);
  const json task = json::parse(read_file(dir_ / "made/task.json"), nullptr, true, true);
  EXPECT_EQ(task["data"]["file"], "../tickets.csv");
  EXPECT_EQ(task["prompt"]["baseline"]["file"], "../prompt.md");
  EXPECT_EQ(task["metric"]["options"]["choices"], json::array({"billing", "technical"}));
  on_request(
      [](const ServerRequest&) { return ServerReply{.body = chat_completion("technical")}; });
  const Finished search = zopo({"optimize", "made/task.json", "--set",
                                "llm.base_url=" + server_.url() + "/v1", "--budget-calls", "250"});
  EXPECT_EQ(search.exit_code, 0) << search.err;
  EXPECT_EQ(search.out, "# Role\nName the department.\n");
}

TEST_F(Init, TellsInputAndOutputOfTwoFieldsApartOrIsTold) {
  std::string rows = "team,message,seen\n", two;
  for (int i = 0; i < 60; ++i) {
    const std::string team = i % 3 == 0 ? "billing" : "technical", text = "m" + std::to_string(i);
    rows += team + "," + text + ",yes\n";
    two += json{{"team", team}, {"message", text}}.dump() + "\n";
  }
  dir_.write("two.jsonl", two);
  dir_.write("three.csv", rows);
  const Finished guessed = zopo({"init", "--data", "two.jsonl", "guessed"});
  ASSERT_EQ(guessed.exit_code, 0) << guessed.err;
  EXPECT_THAT(guessed.err, HasSubstr("input message, output team"));
  EXPECT_EQ(zopo({"validate", "guessed/task.json"}).exit_code, 0);
  const Finished refused = zopo({"init", "--data", "three.csv", "told"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--output NAME"));
  EXPECT_EQ(zopo({"init", "--data", "three.csv", "--input", "message", "--output", "team", "told"})
                .exit_code,
            0);
  EXPECT_EQ(zopo({"validate", "told/task.json"}).exit_code, 0);
}

TEST_F(Init, GuessesTheMetricFromTheOutputs) {
  const auto metric_of = [&](const std::string& name, auto output) {
    std::string lines;
    for (int i = 0; i < 20; ++i)
      lines += json{{"input", "i" + std::to_string(i)}, {"output", output(i)}}.dump() + "\n";
    dir_.write(name + ".jsonl", lines);
    const Finished run = zopo({"init", "--data", name + ".jsonl", name});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(zopo({"validate", name + "/task.json"}).exit_code, 0) << name;
    return json::parse(read_file(dir_ / name / "task.json"), nullptr, true, true)["metric"]["name"];
  };
  EXPECT_EQ(metric_of("numbers", [](int i) { return std::to_string(1000 + i * 7); }), "numeric");
  EXPECT_EQ(metric_of("objects", [](int i) { return json{{"a", i}}; }), "json");
  EXPECT_EQ(metric_of("words", [](int i) { return "word" + std::to_string(i) + "x"; }),
            "exact_match");
  EXPECT_EQ(
      metric_of("texts",
                [](int i) { return "a text of many words number" + std::to_string(i) + "x"; }),
      "f1");
}

TEST_F(Init, AFileWithSplitsKeepsThem) {
  json file;
  for (const char* split : {"train", "validation", "test"}) {
    for (int i = 0; i < 20; ++i) {
      const std::string text = split + std::to_string(i);
      file[split].push_back({{"input", text}, {"output", i % 2 == 0 ? "yes" : "no"}});
    }
  }
  file["test"][0]["output"] = "perhaps";  // a label that dev lacks
  dir_.write("splits.json", file.dump());
  const Finished run = zopo({"init", "--data", "splits.json", "made"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("the file's own: train, validation, test"));
  EXPECT_THAT(run.err, HasSubstr("60 examples"));
  EXPECT_THAT(run.err, HasSubstr("one of 3 labels"));
  const Finished valid = zopo({"validate", "made/task.json"});
  EXPECT_EQ(valid.exit_code, 0) << valid.err;
  EXPECT_THAT(valid.err, HasSubstr("dev has 20 example(s)"));
  EXPECT_THAT(valid.out, HasSubstr("test 40"));
}

TEST_F(Init, WithoutASplitForDevPromptsAreChosenByTrain) {
  json file;
  for (const char* split : {"train", "test"}) {
    for (int i = 0; i < 20; ++i)
      file[split].push_back({{"input", split + std::to_string(i)}, {"output", i % 2 ? "a" : "b"}});
  }
  dir_.write("splits.json", file.dump());
  ASSERT_EQ(zopo({"init", "--data", "splits.json", "made"}).exit_code, 0);
  const Finished valid = zopo({"validate", "made/task.json"});
  EXPECT_EQ(valid.exit_code, 0) << valid.err;
  EXPECT_THAT(valid.err, HasSubstr("5 of the 20 dev examples were split off"));
}

TEST_F(Init, OutputsThatAreAllTheSameAreNoLabels) {
  std::string lines;
  for (int i = 0; i < 20; ++i)
    lines += json{{"input", "i" + std::to_string(i)}, {"output", "a"}}.dump() + "\n";
  dir_.write("same.jsonl", lines);
  const Finished run = zopo({"init", "--data", "same.jsonl", "made"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("All outputs are the same"));
  EXPECT_EQ(zopo({"validate", "made/task.json"}).exit_code, 0);
}

TEST_F(Init, OfDataThatAreNoneSaysSoAndWritesNothing) {
  dir_.write("few.jsonl", "{\"input\": \"a\", \"output\": \"b\"}\n");
  for (const char* data : {"few.jsonl", "missing.csv"}) {
    const Finished run = zopo({"init", "--data", data, "made"});
    EXPECT_EQ(run.exit_code, 2) << data;
    EXPECT_THAT(run.err, HasSubstr(data));
  }
  EXPECT_EQ(zopo({"init", "--prompt", "few.jsonl", "made"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "made"));
}

TEST_F(Init, OverwritesNothing) {
  dir_.write("test.jsonl", "mine");
  const Finished run = zopo({"init"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("is there already"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "train.jsonl"));
  EXPECT_EQ(zopo({"init", "--template", "poem", "new"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "new"));
}

TEST(Version, NamesWhatItIsBuiltOn) {
  const TempDir dir;
  const std::string text = Program({"--version"}, {}, dir.path()).wait().out;
  for (const char* library :
       {"Eigen", "libcurl", "OpenSSL", "SQLite", "SQLiteCpp", "nlohmann/json", "CLI11", "spdlog",
        "fmt", "RE2", "utf8proc", "libcsv", "yaml-cpp", "Chart.js"})
    EXPECT_TRUE(testing::Value(
        text, testing::ContainsRegex(std::string("\n  ") + library + " +[a-z/]*[0-9]+[.][0-9]")))
        << library << "\n"
        << text;
}

TEST(ProgressLine, DropsTheLeastImportantWhereThereIsNoRoom) {
  run::Progress progress;
  progress.stage = "search";
  progress.calls = 400;
  progress.calls_planned = 900;
  progress.calls_paid = 400;
  progress.best_id = 3;
  progress.best_mean = 0.75;
  progress.best_ci = {0.5, 0.9};
  progress.best_n = 20;
  progress.errors = 2;
  progress.usd = 0.5;
  progress.seconds = 8;
  EXPECT_EQ(cli::progress_line(progress, 199),
            "search 400/900 calls, best 0.750 [0.50, 0.90] on 20, 2 errors, 0.5000 USD, 50.0/s, at "
            "most 10 s left");
  EXPECT_EQ(cli::progress_line(progress, 79),
            "search 400/900 calls, best 0.750 [0.50, 0.90], 2 errors, 0.5000 USD");
  EXPECT_EQ(cli::progress_line(progress, 39), "search 400/900 calls, best 0.750");
  EXPECT_EQ(cli::progress_line(progress, 10), "search 400");
}

TEST(ProgressLine, TheBestPromptIsCutToItsLine) {
  run::Progress progress;
  progress.stage = "search";
  progress.best_id = 3;
  progress.best_mean = 0.75;
  progress.best_ci = {0.5, 0.9};
  progress.best_n = 20;
  progress.best_prompt = "Sort it.\n\x1b[2J" + std::string(300, 'x');
  const std::vector<std::string> lines = cli::progress_lines(progress, 119);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "search 0/0 calls");
  EXPECT_THAT(lines[1],
              testing::StartsWith("best 0.750 [0.50, 0.90] on 20: Sort it. \xEF\xBF\xBD"));
  EXPECT_EQ(cli::fitted(lines[1], 119), lines[1]);
  EXPECT_EQ(cli::progress_lines(progress, 98).size(), 1u);
}

TEST(ProgressLine, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(cli::fitted("ab\xE6\xBC\xA2\xE5\xAD\x97", 5), "ab\xE6\xBC\xA2");
  EXPECT_EQ(cli::fitted("\xC3\xA9t\xC3\xA9", 3), "\xC3\xA9t\xC3\xA9");
}

TEST(ProgressLine, OfABenchNamesItsCellsAndWhatIsLeft) {
  bench::BenchProgress progress;
  progress.cells = 20;
  progress.done = 9;
  progress.kept = 4;
  progress.running = 2;
  progress.failed = 1;
  progress.calls_paid = 300;
  progress.usd = 0.25;
  progress.seconds = 60;  // six cells ended in them, ten are left
  EXPECT_EQ(cli::bench_line(progress, 199),
            "bench 9/20 cells, 2 running, 1 failed, 300 calls, 0.2500 USD, about 100 s left");
  EXPECT_EQ(cli::bench_line(progress, 50), "bench 9/20 cells, 1 failed, 300 calls, 0.2500 USD");
  EXPECT_EQ(cli::duration_text(600), "10 min");
  EXPECT_EQ(cli::duration_text(9000), "2.5 h");
}

TEST_F(Init, BuiltInFeaturesAreNoStage) { EXPECT_THAT(optimize().err, Not(HasSubstr("embed"))); }

}  // namespace
}  // namespace zopo::test
