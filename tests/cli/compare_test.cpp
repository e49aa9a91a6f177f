// `zopo compare` on the built binary: from run directories alone.
#include <fstream>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Compare : public TaskTest {
 protected:
  Compare() { write_task({{"prompt", {{"baseline", nullptr}}}}); }
  // A run whose winner can only be a prompt of this quality; its directory.
  std::string run(int quality, const std::vector<std::string>& more = {}) {
    const std::string name = "runs" + std::to_string(count_++);
    dir_.write("candidates.txt", "quality " + std::to_string(quality) + " only\n");
    std::vector<std::string> args = {
        "--output-dir",         name, "--set", "optimizer.initial=1",
        "--budget-evaluations", "1",  "--set", "evaluation.all_wrong=score"};
    args.insert(args.end(), more.begin(), more.end());
    const Finished finished = optimize(args);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return std::filesystem::directory_iterator(dir_ / name)->path().string();
  }
  json compare(const std::string& a, const std::string& b) {
    const Finished finished = zopo({"compare", a, b, "--format", "json"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return json::parse(finished.out);
  }
  int count_ = 0;
};

TEST_F(Compare, TestsTheWinnersInPairsOnTheTestExamples) {
  const std::string a = run(0), b = run(100);
  const std::int64_t before = server_.request_count();
  const json r = compare(a, b);
  EXPECT_EQ(r["shared_test_examples"], 30);
  EXPECT_EQ(r["test_difference"]["value"], 1.0);
  EXPECT_EQ(r["test_difference"]["verdict"], "significantly better");
  EXPECT_EQ(r["b"]["prompt"], "quality 100 only");
  EXPECT_EQ(r["a"]["test"]["n"], 30);
  EXPECT_EQ(compare(b, a)["test_difference"]["verdict"], "significantly worse");
  EXPECT_EQ(compare(a, a)["test_difference"]["verdict"], "not significant");
  EXPECT_EQ(server_.request_count(), before);
}

TEST_F(Compare, PairsTheExamplesThatBothTestsHoldWhateverTheirOrder) {
  const std::string a = run(60);
  std::ifstream in(dir_ / "test.jsonl");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string other;
  for (std::size_t i = lines.size(); i-- > 10;) other += lines[i] + "\n";
  dir_.write("test.jsonl", other + R"({"input": "new", "output": "NEW"})" + "\n");
  const json r = compare(a, run(60));
  EXPECT_EQ(r["shared_test_examples"], 20);
  EXPECT_EQ(r["test_difference"]["value"], 0.0);
  EXPECT_EQ(r["test_difference"]["p_value"], 1.0);  // the same prompt on the same examples
}

TEST_F(Compare, LeavesOutExamplesWithoutAnAnswer) {
  const std::string a = run(100);
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("term3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
  });
  const std::string b = run(100, {"--set", "evaluation.max_error_rate=0.1"});
  EXPECT_EQ(compare(a, b)["shared_test_examples"], 29);
}

TEST_F(Compare, ReadsForAPersonAndHoldsThresholds) {
  const std::string a = run(50), b = run(100);
  const Finished text = zopo({"compare", a, b, "--min-improvement", "0.2", "--out", "c.json"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("against A, p = "));
  EXPECT_THAT(text.out, HasSubstr("on 30 shared test examples"));
  EXPECT_EQ(json::parse(std::ifstream(dir_ / "c.json")), compare(a, b));
  EXPECT_EQ(zopo({"compare", b, a, "--min-improvement", "0"}).exit_code, 100);
}

TEST_F(Compare, SaysWhenNoTestWasRead) {
  const std::string a = run(50);
  write_task({{"data", {{"test", nullptr}}}});
  const std::string b = run(50);
  const Finished finished = zopo({"compare", a, b});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("no test example that both answered"));
  EXPECT_EQ(zopo({"compare", a, b, "--min-improvement", "0"}).exit_code, 100);
}

TEST_F(Compare, RefusesWhatIsNoFinishedRun) {
  const std::string a = run(50);
  EXPECT_EQ(zopo({"compare", a}).exit_code, 2);
  EXPECT_EQ(zopo({"compare", a, "nowhere"}).exit_code, 2);
  for (const char* file : {"result.json", "evaluations.csv"}) {
    const std::string b = run(50);
    std::ofstream(std::filesystem::path(b) / file) << "torn \"";
    const Finished finished = zopo({"compare", a, b});
    EXPECT_EQ(finished.exit_code, 2) << file << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(file));
  }
  ASSERT_EQ(zopo({"evaluate", "--task", "task.json", "--prompt", "x", "--output-dir", "e", "--set",
                  "evaluation.all_wrong=score"})
                .exit_code,
            0);
  const std::string e = std::filesystem::directory_iterator(dir_ / "e")->path().string();
  EXPECT_THAT(zopo({"compare", a, e}).err, HasSubstr("a run of zopo evaluate"));
}

}  // namespace
}  // namespace zopo::test
