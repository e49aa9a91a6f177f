// What the built binary refuses, and in which words: files that others wrote or damaged. Each
// refusal names the file, costs no request and leaves what is there as it was.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class DamagedRun : public TaskTest {
 protected:
  void damage(const std::string& name, const std::string& text) const {
    std::ofstream(run_dir() / name, std::ios::binary) << text;
  }
  void expect_refusal(const std::vector<std::string>& command, const std::string& words) {
    std::vector<std::string> args = command;
    args.push_back(run_dir().string());
    const Finished run = zopo(args);
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_THAT(run.err, HasSubstr(words));
  }
};

TEST_F(DamagedRun, OfOptimizeIsRefusedByItsFileAndKept) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string manifest = file("manifest.json");
  for (const char* damaged : {"", "[]", "{}", "{\"task_file\": 1, \"overrides\": 2}"}) {
    damage("manifest.json", damaged);
    expect_refusal({"optimize", "--resume"}, "manifest.json: not a manifest of a run");
    EXPECT_EQ(file("manifest.json"), damaged);
  }
  damage("manifest.json", manifest);
  damage("trace.jsonl", "{\"id\": 1, \"phase\": 7}\n");
  expect_refusal({"report"}, "its records are not those of a run");
  EXPECT_EQ(optimize({"--resume", run_dir().string()}).exit_code, 0);
  EXPECT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
}

TEST_F(DamagedRun, OfEvaluateIsRefusedByItsFile) {
  ASSERT_EQ(zopo({"evaluate", "--task", "task.json", "--prompt", "quality 70"}).exit_code, 0);
  json manifest = json::parse(file("manifest.json"));
  manifest["evaluate"]["prompts"] = 3;
  damage("manifest.json", manifest.dump());
  expect_refusal({"evaluate", "--resume"}, "manifest.json: not a manifest of a run");
}

}  // namespace
}  // namespace zopo::test
