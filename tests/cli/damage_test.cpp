// Stored answers are believed only where they are what was stored: on the built binary.
#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>
#include <random>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::HasSubstr;

class Damage : public TaskTest {
 protected:
  void change_an_answer() {
    SQLite::Database((run_dir() / "responses.db").string(), SQLite::OPEN_READWRITE)
        .exec(
            "UPDATE responses SET payload = CAST(replace(payload, 'WORD', 'WORT') AS BLOB) WHERE "
            "key = (SELECT min(key) FROM responses WHERE instr(payload, 'WORD') > 0)");
  }
};

TEST_F(Damage, AChangedAnswerIsReportedAndAskedAgain) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string before = file("result.json");
  change_an_answer();
  const std::int64_t asked = server_.request_count();
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("was damaged after it was stored"));
  EXPECT_EQ(server_.request_count(), asked + 1);
  EXPECT_EQ(file("result.json"), before);
  EXPECT_EQ(zopo({"cache", "verify", run_dir().string()}).exit_code, 0);
}

TEST_F(Damage, AChangedAnswerIsAnErrorOffline) {
  ASSERT_EQ(optimize().exit_code, 0);
  change_an_answer();
  const std::int64_t asked = server_.request_count();
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string(), "--offline"});
  EXPECT_EQ(resumed.exit_code, 3) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("was damaged after it was stored"));
  EXPECT_EQ(server_.request_count(), asked);
}

TEST_F(Damage, NoFlippedBitChangesAResultInSilence) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::filesystem::path run = run_dir(), store = run / "responses.db";
  const std::string result = file("result.json"), trace = file("trace.jsonl"),
                    answers = file("evaluations.csv"), bytes = file("responses.db");
  std::mt19937 random(5);
  for (int flip = 0; flip < 60; ++flip) {
    std::string damaged = bytes;
    const std::size_t at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    for (const char* log : {"-wal", "-shm"}) std::filesystem::remove(store.string() + log);
    std::ofstream(store, std::ios::binary) << damaged;
    const Finished resumed = zopo({"optimize", "--resume", run.string()});
    if (resumed.exit_code != 0) continue;
    EXPECT_EQ(file("result.json"), result) << "byte " << at;
    EXPECT_EQ(file("trace.jsonl"), trace) << "byte " << at;
    EXPECT_EQ(file("evaluations.csv"), answers) << "byte " << at;
  }
}

}  // namespace
}  // namespace zopo::test
