// `zopo report` on the built binary: one page that needs nothing else, whatever texts are in the
// run.
#include <sys/stat.h>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile =
    "quality 90 </script><script>alert(1)</script><!--<script> \u2028 \"'`${x} <img src=x "
    "onerror=1>";

class Report : public TaskTest {
 protected:
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
      ++found;
    return found;
  }
  // What the page's script is given.
  static json data_of(const std::string& page) {
    const std::string open = "id=\"data\">";
    const std::size_t begin = page.find(open) + open.size();
    return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  }
};

TEST_F(Report, IsOnePageBesideTheRun) {
  ASSERT_EQ(optimize().exit_code, 0);
  const Finished run = zopo({"report", run_dir().string()});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, (run_dir() / "report.html").string() + "\n");
  const std::string page = file("report.html");
  EXPECT_EQ(count(page, "<script"), 3u);  // data, chart library, drawing
  EXPECT_EQ(count(page, "</script>"), 3u);
  EXPECT_THAT(page, Not(HasSubstr(" src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  const json data = data_of(page);
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["result"], result());
  EXPECT_EQ(data[0]["prompts"].size(), 25u);
  EXPECT_EQ(data[0]["x"].size(), 25u);
  EXPECT_EQ(data[0]["trace"].size(), 8u);
  EXPECT_EQ(data[0]["answers"].size(), 150u);
  std::int64_t calls = 0;
  for (const json& stage : data[0]["stages"]) calls += stage["calls"].get<int>();
  EXPECT_EQ(calls, 150);
}

TEST_F(Report, HostileTextsStayText) {
  dir_.write("candidates.txt", std::string(kHostile) + "\nquality 10 now\n");
  ASSERT_EQ(optimize({"--budget-evaluations", "2", "--set", "optimizer.initial=1"}).exit_code, 0);
  ASSERT_EQ(zopo({"report", run_dir().string(), "--out", "page.html"}).exit_code, 0);
  const std::string page = read(dir_ / "page.html");
  EXPECT_EQ(count(page, "<script"), 3u);
  EXPECT_THAT(page, Not(HasSubstr("<!--<")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(data_of(page)[0]["prompts"][1], kHostile);
}

TEST_F(Report, ShowsWhatWasGuardedAsItWasSaid) {
  on_request([](const ServerRequest&) {
    return ServerReply{.body = chat_completion("=HYPERLINK(\"x\")")};
  });
  ASSERT_EQ(optimize({"--set", "evaluation.all_wrong=score"}).exit_code, 0);
  EXPECT_THAT(file("evaluations.csv"), HasSubstr("\"'=HYPERLINK"));
  ASSERT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
  EXPECT_THAT(file("report.html"), Not(HasSubstr("'=HYPERLINK")));
}

TEST_F(Report, ARunIsItsOwners) {
  const mode_t before = umask(0);
  const Finished run = optimize();
  umask(before);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(std::filesystem::status(run_dir()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(Report, SeveralRunsStandInOnePage) {
  ASSERT_EQ(optimize({"--output-dir", "a"}).exit_code, 0);
  ASSERT_EQ(optimize({"--output-dir", "b", "--method", "zopo"}).exit_code, 0);
  const auto only = [&](const char* name) {
    return std::filesystem::directory_iterator(dir_ / name)->path().string();
  };
  ASSERT_EQ(zopo({"report", only("a"), only("b")}).exit_code, 0);
  const json data = data_of(read(dir_ / "report.html"));
  EXPECT_EQ(data[0]["result"]["method"], "random");
  EXPECT_EQ(data[1]["result"]["method"], "zopo");
}

TEST_F(Report, TakesTheNewestRunAndListsAll) {
  ASSERT_EQ(optimize().exit_code, 0);
  const Finished page = zopo({"report"});
  ASSERT_EQ(page.exit_code, 0) << page.err;
  EXPECT_TRUE(std::filesystem::exists(run_dir() / "report.html"));
  const json runs = json::parse(zopo({"runs", "--format", "json"}).out);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0]["state"], "done");
  EXPECT_EQ(runs[0]["test"], result()["best"]["test"]["score"]);
  EXPECT_THAT(zopo({"runs"}).out, HasSubstr(run_dir().filename().string()));
}

TEST_F(Report, ARunThatUsedItsCapUpAndHasItsTestIsDone) {
  ASSERT_EQ(optimize({"--budget-calls", "120", "--output-dir", "tested"}).exit_code, 0);
  ASSERT_EQ(optimize({"--budget-calls", "70", "--output-dir", "cut"}).exit_code, 4);
  for (const auto& [folder, state] : {std::pair("tested", "done"), std::pair("cut", "cap")}) {
    const json runs = json::parse(zopo({"runs", folder, "--format", "json"}).out);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0]["state"], state) << folder;
  }
}

TEST_F(Report, ItsCurveIsWhatTheSearchExpectsOfThePromptItWouldRecommend) {
  ASSERT_EQ(optimize({"--method", "zopo"}).exit_code, 0);
  ASSERT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
  const json decisions = data_of(file("report.html"))[0]["trace"];
  int rounds = 0;
  for (const json& decision : decisions) {
    if (!decision.contains("best")) continue;
    ++rounds;
    const double mean = decision["best"][1];
    EXPECT_GT(mean, 0);
    EXPECT_LT(mean, 1);  // however few answers there are, and all of them right
  }
  EXPECT_EQ(rounds, result()["rounds"]);
  EXPECT_EQ(decisions.back()["best"][0],
            result()[result()["found"].is_null() ? "best" : "found"]["id"]);
}

TEST_F(Report, OnePageHasNoAddressToAskForAnything) {
  ASSERT_EQ(optimize().exit_code, 0);
  ASSERT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
  const std::string page = file("report.html");
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy\" content=\"default-src 'none'"));
  for (const char* call :
       {"fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "url(", "@import"})
    EXPECT_THAT(page, Not(HasSubstr(call))) << call;
}

TEST_F(Report, ShowsAnEvaluationAndARunWithoutResult) {
  ASSERT_EQ(zopo({"evaluate", "--prompt", "quality 90", "--prompt", "quality 20"}).exit_code, 0);
  ASSERT_EQ(zopo({"report"}).exit_code, 0);
  const json evaluation = data_of(file("report.html"));
  EXPECT_EQ(evaluation[0]["result"]["prompts"].size(), 2u);
  EXPECT_EQ(evaluation[0]["examples"]["dev"].size(), 20u);
  ASSERT_EQ(optimize({"--output-dir", "killed"}).exit_code, 0);
  const auto killed = std::filesystem::directory_iterator(dir_ / "killed")->path();
  std::filesystem::remove(killed / "result.json");
  std::filesystem::remove(killed / "evaluations.csv");
  ASSERT_EQ(zopo({"report", killed.string(), "--out", "killed.html"}).exit_code, 0);
  EXPECT_GT(data_of(read(dir_ / "killed.html"))[0]["trace"].size(), 0u);
}

TEST_F(Report, WhatIsNoRunIsRefused) {
  EXPECT_EQ(zopo({"report", "nowhere"}).exit_code, 2);
  EXPECT_EQ(zopo({"report"}).exit_code, 2);
  EXPECT_THAT(zopo({"report"}).err, HasSubstr("no runs in"));
  ASSERT_EQ(optimize().exit_code, 0);
  std::ofstream(run_dir() / "trace.jsonl") << "{\"round\": 0\n";
  const Finished torn = zopo({"report", run_dir().string()});
  EXPECT_EQ(torn.exit_code, 2);
  EXPECT_THAT(torn.err, HasSubstr("trace.jsonl: line 1"));
  EXPECT_FALSE(std::filesystem::exists(run_dir() / "report.html"));
}

}  // namespace
}  // namespace zopo::test
