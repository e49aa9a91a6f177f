// `zopo cache` and `zopo doctor` on the built binary.
#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>
#include <unistd.h>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Cache : public TaskTest {
 protected:
  Cache() {
    write_task({{"budget", {{"evaluations", 4}}},
                {"evaluation", {{"examples", 6}}},
                {"prompt", {{"baseline", "quality 1 baseline"}}}});
    EXPECT_EQ(optimize({"--cache", "shared.db"}).exit_code, 0);
  }
  json stats() const {
    return json::parse(zopo({"cache", "stats", "shared.db", "--format", "json"}).out);
  }
};

TEST_F(Cache, StatsCountRecordsBytesAndModels) {
  const json counted = stats();
  EXPECT_EQ(counted["records"], 98);
  EXPECT_EQ(counted["answers_by_model"]["scripted"], 98);
  EXPECT_GT(counted["bytes"], 98 * 32);
  EXPECT_EQ(counted["undated"], 0);
  EXPECT_THAT(zopo({"cache", "stats", "shared.db"}).out, HasSubstr("98 of scripted"));
}

TEST_F(Cache, PruningByModelOrAgeTakesOutWhatWasNamed) {
  EXPECT_EQ(zopo({"cache", "prune", "shared.db", "--model", "other"}).out, "0 removed, 98 left\n");
  EXPECT_EQ(zopo({"cache", "prune", "shared.db", "--older-than", "1"}).out, "0 removed, 98 left\n");
  SQLite::Database((dir_ / "shared.db").string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE responses SET stored_at = stored_at - 10 * 86400 WHERE key < x'80'");
  const Finished pruned = zopo({"cache", "prune", "shared.db", "--older-than", "9.5"});
  EXPECT_EQ(pruned.exit_code, 0) << pruned.err;
  const int left = stats()["records"];
  EXPECT_GT(left, 20);
  EXPECT_LT(left, 78);
  EXPECT_EQ(zopo({"cache", "prune", "shared.db", "--model", "scripted"}).out,
            std::to_string(left) + " removed, 0 left\n");
  EXPECT_EQ(zopo({"cache", "prune", "shared.db"}).exit_code, 2);
}

TEST_F(Cache, PruningWhatARunUsesIsRefused) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.fault = Fault::stall};
  });
  Program program({"optimize", "--task", "task.json", "--cache", "shared.db", "--output-dir",
                   "live", "--set", "prompt.baseline=quality 2 other"},
                  {{"no_proxy", "127.0.0.1"}}, dir_.path());
  const std::int64_t before = server_.request_count();
  while (server_.request_count() == before) usleep(1000);
  const std::filesystem::path live = std::filesystem::directory_iterator(dir_ / "live")->path();
  for (const std::string& store : {std::string("shared.db"), live.string()}) {
    const Finished refused = zopo({"cache", "prune", store, "--model", "scripted"});
    EXPECT_EQ(refused.exit_code, 2) << store;
    EXPECT_THAT(refused.err, HasSubstr("in use by process"));
  }
  program.send_signal(SIGKILL);
  program.wait();
  EXPECT_EQ(zopo({"cache", "prune", "shared.db", "--model", "other"}).exit_code, 0);
}

TEST_F(Cache, AMissingFolderForTemporaryFilesDoesNoHarm) {
  SQLite::Database held((dir_ / "shared.db").string(), SQLite::OPEN_READWRITE);
  held.exec("PRAGMA journal_mode = WAL; UPDATE responses SET stored_at = stored_at + 1");
  ASSERT_TRUE(std::filesystem::exists(dir_ / "shared.db-wal"));  // so that it is read from a copy
  const Finished run = zopo({"cache", "stats", "shared.db"}, {{"TMPDIR", "/no/such/folder"}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("98 of scripted"));
}

TEST_F(Cache, VerifyingFindsAChangedAnswer) {
  EXPECT_EQ(zopo({"cache", "verify", "shared.db"}).exit_code, 0);
  SQLite::Database((dir_ / "shared.db").string(), SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE responses SET payload = CAST(replace(payload, 'WORD', 'WORT') AS BLOB) WHERE key "
          "= "
          "(SELECT min(key) FROM responses WHERE instr(payload, 'WORD') > 0)");
  const Finished run = zopo({"cache", "verify", "shared.db"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("does not match its checksum"));
  EXPECT_THAT(run.last_line(), HasSubstr("1 problem(s) in shared.db"));
}

TEST_F(Cache, VerifyingFindsAnAnswerUnderAnothersKey) {
  SQLite::Database((dir_ / "shared.db").string(), SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE responses SET (payload, checksum) = (SELECT payload, checksum FROM responses "
          "ORDER BY key DESC LIMIT 1) WHERE key = (SELECT min(key) FROM responses)");
  const Finished run = zopo({"cache", "verify", "shared.db"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("does not match its checksum"));
}

TEST_F(Cache, WhatIsNoStoreIsNamedAndNotCreated) {
  for (const char* command : {"stats", "prune", "verify"}) {
    std::vector<std::string> line = {"cache", command, "absent.db"};
    if (command == std::string("prune")) line.insert(line.end(), {"--model", "m"});
    const Finished run = zopo(line);
    EXPECT_EQ(run.exit_code, 2) << command;
    EXPECT_THAT(run.err, HasSubstr("absent.db does not exist")) << command;
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "absent.db"));
  EXPECT_EQ(zopo({"cache"}).exit_code, 2);
}

using Doctor = TaskTest;

TEST_F(Doctor, ProbesTheChatOnceAndSaysWhatCame) {
  const Finished run = zopo({"doctor", "--task", "task.json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("chat        127.0.0.1:"));
  EXPECT_THAT(run.out, HasSubstr("model scripted"));
  EXPECT_THAT(run.out, HasSubstr(" ms"));
  EXPECT_EQ(server_.request_count(), 1);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "runs"));
}

TEST_F(Doctor, SaysWhatFailedAndWhatToDo) {
  const std::pair<int, const char*> cases[] = {
      {401, "OPENAI_API_KEY"}, {404, "llm.model"}, {503, "llm.base_url"}};
  for (const auto& [status, advice] : cases) {
    on_request([status = status](const ServerRequest&) -> std::optional<ServerReply> {
      return ServerReply{.status = status, .body = R"({"error":{"message":"no way"}})"};
    });
    const std::int64_t before = server_.request_count();
    const Finished run = zopo({"doctor", "--task", "task.json"});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    EXPECT_THAT(run.out, HasSubstr("does not work"));
    EXPECT_THAT(run.out, HasSubstr("no way"));
    EXPECT_THAT(run.last_line(), HasSubstr(advice));
    EXPECT_EQ(server_.request_count(), before + 1);  // a probe, not a siege
  }
}

TEST_F(Doctor, ProbesTheEmbeddingsToo) {
  write_task({{"embeddings", {{"provider", "openai"}, {"model", "vectors"}}}});
  const Finished without = zopo({"doctor", "--task", "task.json", "--format", "json"});
  EXPECT_EQ(without.exit_code, 3);
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.target != "/v1/embeddings") return std::nullopt;
    return ServerReply{.body = embedding_reply({{1, 2, 3}})};
  });
  const Finished run = zopo({"doctor", "--task", "task.json", "--format", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const json probes = json::parse(run.out)["endpoints"];
  EXPECT_EQ(probes[0]["works"], true);
  EXPECT_EQ(probes[1]["what"], "embeddings");
  EXPECT_THAT(probes[1]["finding"], HasSubstr("3 dimensions"));
}

}  // namespace
}  // namespace zopo::test
