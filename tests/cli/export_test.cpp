// `zopo export` on the built binary: a configuration that promptfoo reads. That it then passes what
// zopo scores 1 is shown by tests/promptfoo/run.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Export : public TaskTest {
 protected:
  json exported(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"export", run_dir().string()});
    const Finished run = zopo(more);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return json::parse(run.out);
  }
};

TEST_F(Export, HoldsTheWinnerTheEndpointAndTheExamples) {
  ASSERT_EQ(optimize().exit_code, 0);
  const json config = exported();
  const std::string winner = result()["best"]["prompt"];
  const json chat = json::parse(config["prompts"][0]["raw"].get<std::string>());
  EXPECT_EQ(chat, json({{{"role", "user"}, {"content", winner + "\n{{ input }}"}}}));
  EXPECT_EQ(config["providers"][0]["id"], "openai:chat:toy");
  EXPECT_EQ(config["providers"][0]["config"]["apiBaseUrl"], server_.url() + "/v1");
  ASSERT_EQ(config["tests"].size(), 30u);
  EXPECT_EQ(config["tests"][0]["vars"]["input"], "term0");
  EXPECT_EQ(config["tests"][0]["vars"]["zopo_expected"], "[\"TERM0\"]");
  EXPECT_EQ(exported({"--split", "dev"})["tests"].size(), 20u);
}

TEST_F(Export, WhatTemplatesWouldExpandStaysText) {
  dir_.write("candidates.txt", "quality 90 {{ it }} {% is %} {# so #}\n");
  write_task({{"metric", {{"extract", {"regex:(?is)(.{2,})"}}}}});
  ASSERT_EQ(optimize({"--budget-evaluations", "2", "--set", "optimizer.initial=2"}).exit_code, 0);
  const json config = exported();
  EXPECT_THAT(
      config["prompts"][0]["raw"].get<std::string>(),
      HasSubstr("\"{% raw %}quality 90 {{ it }} {% is %} {# so #}\\n{% endraw %}{{ input }}\""));
  const std::string code = config["defaultTest"]["assert"][0]["value"];
  EXPECT_THAT(code, HasSubstr("[[\"regex\",\"(.\\u007b2,})\",\"is\"]]"));
  for (const char* opening : {"{{", "{%", "{#", "@STEPS@", "@EXTRACT@"})
    EXPECT_THAT(code, Not(HasSubstr(opening)));
}

TEST_F(Export, WhatPromptfooCannotBeToldIsRefused) {
  const json original = task_;
  const struct {
    json change;
    const char* expected;
  } cases[] = {{{{"metric", {{"name", "contains"}}}}, "of the metric contains"},
               {{{"metric", {{"extract", {"last_number"}}}}}, "the extraction step last_number"},
               {{{"metric", {{"extract", {"regex:\\A(.*)"}}}}}, "whose \\A JavaScript"}};
  for (const auto& wrong : cases) {
    task_ = original;
    write_task(wrong.change);
    ASSERT_EQ(optimize({"--set", "evaluation.all_wrong=score"}).exit_code, 0) << wrong.expected;
    const Finished run = zopo({"export", run_dir().string(), "--out", "never.yaml"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(wrong.expected));
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "never.yaml"));
  EXPECT_EQ(zopo({"export", "nowhere"}).exit_code, 2);
}

}  // namespace
}  // namespace zopo::test
