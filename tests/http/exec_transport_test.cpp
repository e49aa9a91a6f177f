#include "zopo/http/exec_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::http {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

// `sh -c script`, talked to.
class ExecTransportTest : public testing::Test {
 protected:
  void start(const std::string& script, int max_processes = 1, int timeout_ms = 60'000) {
    transport_ = make_exec_transport({.command = {"sh", "-c", script},
                                      .directory = dir_.path(),
                                      .timeout_ms = timeout_ms,
                                      .max_processes = max_processes,
                                      .max_line_bytes = 1000});
  }
  std::future<Result<Response>> send(const std::string& body) {
    auto promise = std::make_shared<std::promise<Result<Response>>>();
    transport_->send({.url = "exec:///", .headers = {}, .body = body},
                     [promise](Result<Response> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  // The reply's body, or the error's message.
  std::string ask(const std::string& body) {
    const Result<Response> reply = send(body).get();
    return reply ? reply->body : reply.error().message;
  }

  test::TempDir dir_;
  std::unique_ptr<Transport> transport_;
};

constexpr const char* kEcho = "while read -r line; do echo \"$$ $line\"; done";

TEST_F(ExecTransportTest, OneProcessAnswersLineByLine) {
  start(kEcho);
  const std::string first = ask("a");
  const std::string process = first.substr(0, first.find(' '));
  EXPECT_EQ(first, process + " a");
  EXPECT_EQ(ask("b"), process + " b");
}

TEST_F(ExecTransportTest, AtMostSoManyProcessesRunAtOnce) {
  start(kEcho, 3);
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(send(std::to_string(i)));
  std::set<std::string> processes;
  for (int i = 0; i < 50; ++i) {
    const std::string body = replies[static_cast<std::size_t>(i)].get()->body;
    EXPECT_EQ(body.substr(body.find(' ') + 1), std::to_string(i));
    processes.insert(body.substr(0, body.find(' ')));
  }
  EXPECT_LE(processes.size(), 3u);
}

TEST_F(ExecTransportTest, OneThatExitsIsNamedAndReplaced) {
  start("read -r line; echo \"got $line\"; exit 3");
  EXPECT_EQ(ask("a"), "got a");
  const Result<Response> reply = send("b").get();
  EXPECT_EQ(reply.error().kind, ErrorKind::network);
  EXPECT_THAT(reply.error().message, HasSubstr("exited with status 3"));
  EXPECT_EQ(ask("c"), "got c");
}

TEST_F(ExecTransportTest, HalfALineIsNoAnswer) {
  start("read -r line; printf half; exit 0");
  EXPECT_THAT(ask("a"), HasSubstr("exited with status 0 before it answered"));
}

TEST_F(ExecTransportTest, OneThatIsSilentIsKilled) {
  start("read -r line; sleep 600", 1, 50);
  const Result<Response> reply = send("a").get();
  EXPECT_EQ(reply.error().kind, ErrorKind::network);
  EXPECT_THAT(reply.error().message, HasSubstr("in time"));
}

TEST_F(ExecTransportTest, OneThatSaysTooMuchIsKilled) {
  start("read -r line; while :; do printf aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
  EXPECT_EQ(send("a").get().error().kind, ErrorKind::api);
}

TEST_F(ExecTransportTest, ALineLongerThanAPipeHoldsArrivesWhole) {
  start("while read -r line; do echo ${#line}; done");
  EXPECT_EQ(ask(std::string(300'000, 'x')), "300000");
}

TEST_F(ExecTransportTest, DestroyedItEndsWhatIsPending) {
  start("read -r line; sleep 600");
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 3; ++i) replies.push_back(send("a"));
  transport_.reset();
  for (auto& reply : replies) EXPECT_EQ(reply.get().error().kind, ErrorKind::interrupted);
}

TEST_F(ExecTransportTest, ItRunsInTheDirectory) {
  dir_.write("model.sh", "#!/bin/sh\nread -r line; cat here");
  dir_.write("here", "in place\n");
  std::filesystem::permissions(dir_ / "model.sh", std::filesystem::perms::owner_all);
  transport_ = make_exec_transport({.command = {"./model.sh"}, .directory = dir_.path()});
  EXPECT_EQ(ask("a"), "in place");
}

TEST_F(ExecTransportTest, AMissingProgramIsRefusedAtOnce) {
  for (const char* const program : {"no-such-program", "./no-such-program", "/etc/passwd"}) {
    EXPECT_THAT(failure_of([&] { make_exec_transport({.command = {program}}); }),
                FailsWith(ErrorKind::config, HasSubstr(program)));
  }
}

}  // namespace
}  // namespace zopo::http
