// --out on the built binary: every kind, thresholds as test cases, and texts that try to break out.
#include <cmath>
#include <regex>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Out : public TaskTest {
 protected:
  std::string read(const std::string& name) const {
    std::ifstream in(dir_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Is every tag closed in order, and every "&" an entity? Enough for what we write.
  static bool is_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    const std::regex token("<\\?[^>]*\\?>|</([a-z]+)>|<([a-z]+)(( [a-z]+=\"[^\"<>]*\")*)(/?)>");
    std::string between;
    auto at = xml.cbegin();
    for (std::sregex_iterator it(xml.begin(), xml.end(), token), end; it != end; ++it) {
      between += std::string(at, (*it)[0].first) + (*it)[3].str();
      at = (*it)[0].second;
      if ((*it)[1].matched) {
        if (open.empty() || open.back() != (*it)[1]) return false;
        open.pop_back();
      } else if ((*it)[2].matched && (*it)[5].length() == 0) {
        open.push_back((*it)[2]);
      }
    }
    between += std::string(at, xml.cend());
    between = std::regex_replace(between, std::regex("&(lt|gt|amp|quot|#[0-9]+);"), "");
    return open.empty() && between.find_first_of("<>&\x01") == std::string::npos;
  }
};

TEST_F(Out, EveryKindOfASearchIsWritten) {
  const Finished run =
      optimize({"--out", "a.json", "--out", "a.csv", "--out", "a.jsonl", "--out", "a.txt", "--out",
                "a.html", "--out", "a.junit.xml", "--out", "a.md", "--fail-under", "0.1"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(read("a.json"), file("result.json"));
  EXPECT_EQ(read("a.csv"), file("evaluations.csv"));
  EXPECT_EQ(read("a.jsonl"), file("trace.jsonl"));
  EXPECT_EQ(read("a.txt"), file("best_prompt.txt"));
  EXPECT_THAT(read("a.html"), HasSubstr("</html>"));
  EXPECT_THAT(read("a.junit.xml"), HasSubstr("tests=\"2\" failures=\"0\" errors=\"0\""));
  EXPECT_THAT(read("a.md"), HasSubstr("| best prompt, test |"));
  EXPECT_THAT(read("a.md"), HasSubstr("--fail-under 0.1: met"));
}

TEST_F(Out, MissedThresholdsAreFailedTestCases) {
  const Finished run = optimize(
      {"--out", "a.junit.xml", "--out", "a.md", "--fail-under", "0.1", "--min-improvement", "0.9"});
  EXPECT_EQ(run.exit_code, 100);
  const std::string xml = read("a.junit.xml");
  EXPECT_TRUE(is_well_formed(xml)) << xml;
  EXPECT_THAT(xml, HasSubstr("tests=\"3\" failures=\"1\" errors=\"0\""));
  EXPECT_THAT(xml, HasSubstr("name=\"--min-improvement 0.9\">\n      <failure message=\"the imp"));
  EXPECT_THAT(read("a.md"), HasSubstr("--min-improvement 0.9: **not met**"));
}

TEST_F(Out, EveryExampleIsATestCaseWhereThatIsWanted) {
  dir_.write("candidates.txt", "quality 50 now\nquality 40 now\n");
  ASSERT_EQ(optimize({"--out", "a.junit.xml", "--junit-cases", "examples", "--budget-evaluations",
                      "2", "--set", "optimizer.initial=1"})
                .exit_code,
            0);
  const std::string xml = read("a.junit.xml");
  EXPECT_TRUE(is_well_formed(xml)) << xml;
  const json test = result()["best"]["test"];
  const int n = test["n"];
  const int failures = n - static_cast<int>(std::lround(test["score"].get<double>() * n));
  ASSERT_GT(failures, 0);
  EXPECT_THAT(xml, HasSubstr("tests=\"" + std::to_string(n + 1) + "\" failures=\"" +
                             std::to_string(failures) + "\" errors=\"0\""));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"zopo.shout.test\" name=\"test 0: "));
  EXPECT_THAT(xml, HasSubstr("score 0: expected "));
  const std::string run = run_dir().string();
  ASSERT_EQ(zopo({"report", run, "--out", "b.junit.xml", "--junit-cases", "examples"}).exit_code,
            0);
  EXPECT_EQ(read("b.junit.xml"), xml);
  ASSERT_EQ(zopo({"report", run, "--out", "c.junit.xml"}).exit_code, 0);
  EXPECT_THAT(read("c.junit.xml"), HasSubstr("tests=\"1\""));
}

TEST_F(Out, ARunThatEndsEarlyIsAnError) {
  EXPECT_EQ(optimize({"--out", "a.junit.xml", "--out", "a.md", "--budget-calls", "70"}).exit_code,
            4);
  EXPECT_THAT(read("a.junit.xml"), HasSubstr("failures=\"0\" errors=\"1\""));
  EXPECT_THAT(read("a.md"), HasSubstr("**Ended before its time:** budget.calls"));
}

TEST_F(Out, HostileTextsStayText) {
  const std::string hostile =
      "quality 90 ]]></testcase>&amp;\"'\x01```` | <b>x</b>\n# title \\| ![i](u)";
  dir_.write("candidates.jsonl", json{{"prompt", hostile}}.dump() + "\n");
  write_task({{"name", "a|b <i>`"},
              {"prompt", {{"baseline", nullptr}}},
              {"candidates", {{"file", "candidates.jsonl"}}}});
  const Finished run =
      optimize({"--out", "a.junit.xml", "--out", "a.md", "--budget-evaluations", "8", "--set",
                "optimizer.initial=2", "--set", "evaluation.all_wrong=score"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string xml = read("a.junit.xml"), md = read("a.md");
  EXPECT_TRUE(is_well_formed(xml)) << xml;
  EXPECT_THAT(xml, HasSubstr("]]&gt;&lt;/testcase&gt;&amp;amp;&quot;'\xEF\xBF\xBD"));
  EXPECT_THAT(md, HasSubstr("### zopo: a\\|b \\<i\\>\\`\n"));
  EXPECT_THAT(md, HasSubstr("\n`````text\n" + hostile + "\n`````\n"));
}

TEST_F(Out, EvaluationsHaveTheirKinds) {
  const auto evaluate = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"evaluate", "--task", "task.json", "--prompt", "quality 80 a",
                               "--prompt", "quality 20 b"});
    return zopo(args);
  };
  ASSERT_EQ(evaluate({"--out", "e.md", "--out", "e.junit.xml", "--fail-under", "0.99"}).exit_code,
            100);
  EXPECT_THAT(read("e.md"), HasSubstr("| prompt 2, dev |"));
  EXPECT_THAT(read("e.junit.xml"), HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\""));
  EXPECT_EQ(evaluate({"--out", "e.jsonl"}).exit_code, 2);
}

TEST_F(Out, ReportWritesTheKindsOfAFinishedRun) {
  ASSERT_EQ(optimize().exit_code, 0);
  ASSERT_EQ(zopo({"report", run_dir().string(), "--out", "b.md", "--out", "b.json"}).exit_code, 0);
  EXPECT_EQ(read("b.json"), file("result.json"));
  EXPECT_THAT(read("b.md"), HasSubstr("### zopo: shout"));
  EXPECT_EQ(zopo({"report", run_dir().string(), "--out", "b.pdf"}).exit_code, 2);
}

TEST_F(Out, ACopyThatCannotBeWrittenIsRefusedBeforeTheFirstCall) {
  const Finished run = optimize({"--out", "nowhere/a.md", "--out", "b.md"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.last_line(), HasSubstr("nothing was sent"));
  EXPECT_THAT(run.err, HasSubstr("nowhere"));
  EXPECT_EQ(server_.request_count(), 0);
}

}  // namespace
}  // namespace zopo::test
