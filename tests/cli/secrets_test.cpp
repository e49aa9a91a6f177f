// The key goes to its endpoint and nowhere else.
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSentinel = "sk-sentinel-7f3a9";

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Secrets : public TaskTest {
 protected:
  Finished run(std::vector<std::string> args) const {
    return zopo(std::move(args), {{"OPENAI_API_KEY", kSentinel}});
  }
  void expect_no_secret_in_files() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
      if (!entry.is_regular_file()) continue;
      EXPECT_EQ(read(entry.path()).find("sentinel"), std::string::npos) << entry.path();
    }
  }
  static void expect_no_secret_in(const Finished& run) {
    EXPECT_THAT(run.out, Not(HasSubstr("sentinel")));
    EXPECT_THAT(run.err, Not(HasSubstr("sentinel")));
  }
};

// A server that says back what it was sent, in its errors and in its answers' metadata.
std::optional<ServerReply> echo_headers(const ServerRequest& request) {
  const std::string said = "bad header " + request.headers.at("authorization");
  const std::string body = nlohmann::json{{"error", {{"message", said}}}}.dump();
  switch (request.number % 4) {
    case 0:
      return ServerReply{.status = 500, .body = body};
    case 1:
      return ServerReply{.status = 429, .headers = {{"Retry-After", "0"}}, .body = body};
    default:
      return std::nullopt;
  }
}

TEST_F(Secrets, TheKeyStandsInNoFileLogOrErrorAtAnyLevel) {
  write_task({{"llm", {{"retry_wait_ms", 2}, {"max_attempts", 20}}}});
  for (const char* level : {"trace", "debug", "warn", "off"}) {
    on_request(echo_headers);
    const Finished good =
        run({"--log-level", level, "optimize", "--task", "task.json", "--cache", "cache.db",
             "--out", "r.json", "--out", "t.jsonl", "--set", std::string("name=") + level});
    EXPECT_EQ(good.exit_code, 0) << good.err;
    expect_no_secret_in(good);
    for (const int status : {401, 500}) {
      on_request([status](const ServerRequest& request) {
        std::optional<ServerReply> reply = echo_headers({"", "", request.headers, "", 0});
        reply->status = status;
        return reply;
      });
      const Finished bad = run(
          {"--log-level", level, "optimize", "--task", "task.json", "--set", "llm.max_attempts=2"});
      EXPECT_NE(bad.exit_code, 0);
      expect_no_secret_in(bad);
    }
    expect_no_secret_in(run({"--log-level", level, "doctor", "--task", "task.json"}));
  }
  EXPECT_EQ(server_.requests().back().headers.at("authorization"),
            std::string("Bearer ") + kSentinel);
  expect_no_secret_in_files();
}

TEST_F(Secrets, TheProcessListDoesNotShowIt) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.fault = Fault::stall};
  });
  Program program({"optimize", "--task", "task.json"},
                  {{"no_proxy", "127.0.0.1"}, {"OPENAI_API_KEY", kSentinel}}, dir_.path());
  while (server_.request_count() == 0) usleep(1000);
  const std::string pid = file("lock");
  EXPECT_THAT(read("/proc/" + pid + "/cmdline"), HasSubstr("optimize"));
  EXPECT_THAT(read("/proc/" + pid + "/cmdline"), Not(HasSubstr("sentinel")));
  EXPECT_THAT(read("/proc/" + pid + "/comm"), Not(HasSubstr("sentinel")));
  program.send_signal(SIGKILL);
  program.wait();
  expect_no_secret_in_files();  // what a crash leaves
}

TEST_F(Secrets, ARedirectToAnotherHostGetsNothing) {
  ScriptedServer other([](const ServerRequest&) { return ServerReply{}; });
  for (const int status : {301, 302, 303, 307, 308}) {
    on_request([&other, status](const ServerRequest&) -> std::optional<ServerReply> {
      return ServerReply{.status = status, .headers = {{"Location", other.url() + "/steal"}}};
    });
    const Finished stopped = run({"optimize", "--task", "task.json"});
    EXPECT_EQ(stopped.exit_code, 3) << stopped.err;
    EXPECT_THAT(stopped.last_line(), HasSubstr(std::to_string(status)));
  }
  EXPECT_EQ(other.request_count(), 0);
}

TEST_F(Secrets, APasswordInTheTaskFileIsRefusedAndNotSaid) {
  write_task({{"llm", {{"base_url", "http://user:sentinel@127.0.0.1/v1"}}}});
  const Finished refused = run({"optimize", "--task", "task.json"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("OPENAI_BASE_URL"));
  expect_no_secret_in(refused);
}

TEST_F(Secrets, AKeyAnywhereInTheTaskIsRefusedAndNotSaid) {
  const auto url = [&](const std::string& end) { return server_.url() + "/v1" + end; };
  const std::vector<std::pair<std::string, nlohmann::json>> places = {
      {"/llm/base_url", {{"llm", {{"base_url", url("?key=sentinel-0")}}}}},
      {"/llm/base_url", {{"llm", {{"base_url", url("/") + kSentinel}}}}},
      {"/llm/extra/api_key", {{"llm", {{"extra", {{"api_key", "sentinel-1"}}}}}}},
      {"/llm/extra/headers/X-Api-Key",
       {{"llm", {{"extra", {{"headers", {{"X-Api-Key", "sentinel-2"}}}}}}}}},
      {"/llm/extra/tags/1", {{"llm", {{"extra", {{"tags", {"a", kSentinel}}}}}}}},
      {"/prompt/baseline", {{"prompt", {{"baseline", std::string("Use ") + kSentinel}}}}}};
  const nlohmann::json whole = task_;
  for (const auto& [place, change] : places) {
    task_ = whole;
    write_task(change);
    const Finished refused = run({"optimize", "--task", "task.json"});
    EXPECT_EQ(refused.exit_code, 2) << place;
    EXPECT_THAT(refused.err, HasSubstr(place + ": "));
    EXPECT_THAT(refused.err, HasSubstr("api_key_env"));
    expect_no_secret_in(refused);
    EXPECT_FALSE(std::filesystem::exists(dir_ / "runs"));
  }
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Secrets, APlaceholderForAKeyMayStandInTheTask) {
  write_task({{"name", "with-lm-studio"}});
  EXPECT_EQ(zopo({"optimize", "--task", "task.json"}, {{"OPENAI_API_KEY", "lm-studio"}}).exit_code,
            0);
}

TEST_F(Secrets, WhatIsOnlyLikeAKeyInExtraIsSent) {
  write_task({{"llm", {{"extra", {{"max_token", 7}, {"keys", "many"}, {"user", "me"}}}}}});
  EXPECT_EQ(run({"optimize", "--task", "task.json"}).exit_code, 0);
  EXPECT_THAT(server_.requests().back().body, HasSubstr(R"("keys":"many")"));
}

}  // namespace
}  // namespace zopo::test
