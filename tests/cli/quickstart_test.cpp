// The quickstart of the README on the built binary: a whole search without network or key.
#include <cstdlib>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

std::filesystem::path quickstart(const char* name) {
  return std::filesystem::path(std::getenv("ZOPO_SOURCE_DIR")) / "configs/quickstart" / name;
}

TEST(Quickstart, ReplaysAWholeSearchOfflineForAnySeedAndMethod) {
  const TempDir dir;
  for (const char* method : {"zopo", "zopo-paper", "random"}) {
    for (const char* seed : {"0", "7"}) {
      const std::vector<std::string> args = {"optimize",     "--task", quickstart("task.json"),
                                             "--output-dir", "runs",   "--method",
                                             method,         "--seed", seed,
                                             "--fail-under", "0.5",    "--progress",
                                             "none"};
      const Finished run = Program(args, {}, dir.path()).wait();
      EXPECT_EQ(run.exit_code, 0) << method << " " << seed << ": " << run.err;
      EXPECT_THAT(run.err, testing::HasSubstr("0 calls paid")) << method;
    }
  }
}

TEST(Quickstart, HasAnAnswerToEveryPromptOnEveryExample) {
  const TempDir dir;
  const std::filesystem::path store = dir / "responses.db";
  std::filesystem::copy_file(quickstart("responses.db"), store);
  std::filesystem::permissions(store, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  const Finished run = Program({"bench", "record", "--task", quickstart("task.json"), "--store",
                                store, "--set", "llm.max_attempts=1", "--progress", "none"},
                               {}, dir.path())
                           .wait();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err + run.out, testing::HasSubstr("9100 answers, 0 paid for now"));
}

}  // namespace
}  // namespace zopo::test
