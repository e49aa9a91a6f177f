// What servers do wrong, on the built binary: it changes no result, and it is never a score.
#include <atomic>
#include <random>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct FaultCase {
  const char* name;
  ServerReply reply;
  int exit_code = 3;  // when nothing else comes
};

const FaultCase kFaults[] = {
    {"429 with seconds", {.status = 429, .headers = {{"Retry-After", "0"}}}},
    {"429 with a date",
     {.status = 429, .headers = {{"Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT"}}}},
    {"429 with milliseconds", {.status = 429, .headers = {{"Retry-After-Ms", "3"}}}},
    {"429 without", {.status = 429, .body = R"({"error":{"message":"slow down"}})"}},
    {"500", {.status = 500, .body = "<html><body>oops</body></html>"}},
    {"503", {.status = 503}},
    {"stall", {.fault = Fault::stall}},
    {"cut body", {.body = chat_completion("WORD1"), .fault = Fault::cut}},
    {"wrong length", {.body = chat_completion("WORD1"), .content_length = 100'000}},
    {"short length", {.body = chat_completion("WORD1"), .content_length = 20}},
    {"invalid JSON", {.body = R"({"choices":[{"message":{"content":"WORD1"}})"}},
    {"HTML page",
     {.headers = {{"Content-Type", "text/html"}}, .body = "<!DOCTYPE html><p>Please log in"}},
    {"empty content", {.body = chat_completion("")}, 5},
    {"reset", {.fault = Fault::reset}},
    {"closed", {.fault = Fault::close}},
};

// A thread sanitizer makes the server and the program twenty times slower: they are not silent.
#ifdef __SANITIZE_THREAD__
constexpr int kSilentMs = 4000;
#else
constexpr int kSilentMs = 400;
#endif

class Faults : public TaskTest {
 protected:
  Faults() {
    write_task({{"budget", {{"evaluations", 4}}},
                {"evaluation", {{"examples", 6}}},
                {"llm",
                 {{"idle_timeout_ms", kSilentMs},
                  {"retry_wait_ms", 2},
                  {"max_attempts", 25},
                  {"empty_retries", 25}}}});
  }
};

TEST_F(Faults, EveryKindInThirtyPercentOfRequestsChangesNoByte) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  std::mt19937 random(11);
  std::atomic<int> faults = 0;
  on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
    if (random() % 100 >= 30) return std::nullopt;
    return kFaults[static_cast<std::size_t>(faults++) % std::size(kFaults)].reply;
  });
  const Finished run = optimize({"-j", "16"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(faults, static_cast<int>(std::size(kFaults)));
  EXPECT_EQ(file("trace.jsonl"), file_in("calm", "trace.jsonl"));
  // Empty replies were asked again, which is a cost of the run; nothing else differs.
  json stormy = result(), calm = json::parse(file_in("calm", "result.json"));
  stormy.erase("usage"), calm.erase("usage");
  stormy.erase("search_calls"), calm.erase("search_calls");
  EXPECT_EQ(stormy, calm);
}

TEST_F(Faults, NothingButOneKindStopsResumablyAndScoresNothing) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  for (const FaultCase& fault : kFaults) {
    std::filesystem::remove_all(dir_ / "runs");
    on_request([&](const ServerRequest&) -> std::optional<ServerReply> { return fault.reply; });
    const Finished stopped =
        optimize({"--set", "llm.max_attempts=2", "--set", "llm.empty_retries=1"});
    EXPECT_EQ(stopped.exit_code, fault.exit_code) << fault.name << ": " << stopped.err;
    EXPECT_THAT(stopped.last_line(), HasSubstr("--resume")) << fault.name;
    EXPECT_EQ(stopped.out, "") << fault.name;
    EXPECT_EQ(file("trace.jsonl"), "") << fault.name;
    EXPECT_EQ(result()["candidates_tried"], 0) << fault.name;
    on_request(nullptr);
    // Empty replies are answers to the run that had them; another one asks anew.
    const bool was_answered = fault.exit_code == 5;
    const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
    EXPECT_EQ(resumed.exit_code, was_answered ? 5 : 0) << fault.name;
    if (was_answered) {
      std::filesystem::remove_all(dir_ / "runs");
      EXPECT_EQ(optimize().exit_code, 0) << fault.name;
    }
    // What may have been charged counts; nothing else differs.
    json gone_on = result(), calm = json::parse(file_in("calm", "result.json"));
    gone_on.erase("usage"), calm.erase("usage");
    EXPECT_EQ(gone_on, calm) << fault.name;
  }
}

TEST_F(Faults, AllKindsMixedInEveryRequestScoreNothingEither) {
  std::atomic<int> faults = 0;
  on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
    return kFaults[static_cast<std::size_t>(faults++) % std::size(kFaults)].reply;
  });
  // One after the other, so that which request meets which fault does not depend on the machine.
  const Finished run =
      optimize({"-j", "1", "--set", "llm.max_attempts=3", "--set", "llm.empty_retries=2"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_EQ(file("trace.jsonl"), "");
}

TEST_F(Faults, AnOutageInMidRunKeepsWhatIsPaidAndScoresNoPromptLower) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  const std::int64_t before = server_.request_count();
  on_request([&](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < before + 20) return std::nullopt;
    return kFaults[static_cast<std::size_t>(request.number) % 5].reply;
  });
  const Finished stopped = optimize({"--set", "llm.max_attempts=3", "-j", "1"});
  EXPECT_EQ(stopped.exit_code, 3) << stopped.err;
  EXPECT_THAT(file_in("calm", "trace.jsonl"), testing::StartsWith(file("trace.jsonl")));
  EXPECT_NE(file("trace.jsonl"), "");
}

TEST_F(Faults, PermanentErrorsAreSentOnce) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("word3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 400, .body = R"({"error":{"message":"blocked"}})"};
  });
  EXPECT_EQ(optimize({"--set", "evaluation.examples=20", "--budget-evaluations", "4", "--set",
                      "evaluation.max_error_rate=0", "--set", "llm.idle_timeout_ms=60000"})
                .exit_code,
            5);
  std::map<std::string, int> sent;
  for (const ServerRequest& request : server_.requests()) ++sent[request.body];
  for (const auto& [body, times] : sent) EXPECT_EQ(times, 1) << body;
}

TEST_F(Faults, AnEndpointThatRefusesEverythingEndsTheRunAtOnce) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.status = 422, .body = R"({"error":{"message":"unknown field"}})"};
  });
  const Finished run = optimize(
      {"-j", "4", "--set", "llm.circuit_breaker=5", "--set", "evaluation.max_error_rate=1"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("5 refusals in a row"));
  EXPECT_THAT(run.last_line(), HasSubstr("unknown field"));
  EXPECT_LT(server_.request_count(), 5 + 4);
}

// The login page of a proxy, say: each of them may have been charged.
TEST_F(Faults, AnEndpointThatNeverAnswersIsLeftAfterAFew) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.body = "<html>login</html>"};
  });
  const Finished run = optimize({"-j", "16", "--set", "llm.max_attempts=8"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("not JSON but an HTML page"));
  EXPECT_LE(server_.request_count(), 8 + 16 + 16);
}

TEST_F(Faults, AWrongModelEndsTheRunAsAnErrorOfTheApi) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.status = 404, .body = R"({"error":{"message":"no model toy"}})"};
  });
  const Finished run = optimize({"-j", "4"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("no model toy"));
  EXPECT_LE(server_.request_count(), 4);
}

TEST_F(Faults, TooLongAWaitStopsAtOnceAndSaysHowToGoOn) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 10) return std::nullopt;
    return ServerReply{.status = 429, .headers = {{"Retry-After", "7200"}}};
  });
  const Finished run = optimize({"-j", "2"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("wants 7200 s"));
  EXPECT_THAT(run.last_line(), HasSubstr("zopo optimize --resume "));
  EXPECT_LE(server_.request_count(), 12);
  on_request(nullptr);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
}

TEST_F(Faults, AWaitBeyondTheSecondsLeftEndsTheRunAtOnce) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 10) return std::nullopt;
    return ServerReply{.status = 429, .headers = {{"Retry-After", "3000"}}};
  });
  const Finished run =
      optimize({"--budget-seconds", "2000", "--set", "llm.max_retry_wait_ms=3600000"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("seconds = 2000"));
  on_request(nullptr);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
}

// As the model counts: a quarter of the bytes, rounded up.
double tokens_in(const std::string& text) { return static_cast<double>((text.size() + 3) / 4); }

struct Cap {
  const char* flag;
  const char* value;
};

TEST_F(Faults, CapsHoldByTheServersOwnCountAtSixtyFourAtOnce) {
  // Without a test, whose share would be kept aside at its bound.
  write_task(
      {{"data", {{"test", nullptr}}},
       {"llm",
        {{"price", {{"prompt_usd_per_million", 100}, {"completion_usd_per_million", 200}}}}}});
  delay_replies([](const ServerRequest& request) {
    return std::chrono::milliseconds(request.number * 7 % 13);
  });
  for (const Cap cap :
       {Cap{"--budget-calls", "31"}, Cap{"--budget-tokens", "300"}, Cap{"--budget-usd", "0.04"}}) {
    std::filesystem::remove_all(dir_ / "runs");
    const auto before = static_cast<std::size_t>(server_.request_count());
    const Finished run = optimize({"-j", "64", cap.flag, cap.value});
    EXPECT_EQ(run.exit_code, 4) << cap.flag << run.err;
    const std::vector<ServerRequest> requests = server_.requests();
    double calls = 0, tokens = 0, usd = 0;
    for (std::size_t i = before; i < requests.size(); ++i) {
      const std::string content = json::parse(requests[i].body)["messages"][0]["content"];
      const double prompt = tokens_in(content), answer = tokens_in(play_model(content));
      calls += 1, tokens += prompt + answer, usd += (prompt * 100 + answer * 200) / 1e6;
    }
    EXPECT_GT(calls, 0);
    const std::string flag = cap.flag;
    const double spent = flag == "--budget-calls"    ? calls
                         : flag == "--budget-tokens" ? tokens
                                                     : usd;
    EXPECT_LE(spent, std::stod(cap.value)) << flag;
    EXPECT_TRUE(std::filesystem::exists(run_dir() / "result.json"));
  }
}

TEST_F(Faults, AHugeBodyIsDropped) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.body = "{", .content_length = std::int64_t{1} << 30};
  });
  const Finished announced = optimize();
  EXPECT_EQ(announced.exit_code, 3) << announced.err;
  EXPECT_THAT(announced.last_line(), HasSubstr("longer than 8388608 bytes"));
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.headers = {{"X-Padding", std::string(50'000, 'x')}}, .body = "{}"};
  });
  const Finished sent = optimize({"--set", "llm.max_response_bytes=20000"});
  EXPECT_EQ(sent.exit_code, 3) << sent.err;
  EXPECT_THAT(sent.last_line(), HasSubstr("longer than 20000 bytes"));
}

TEST_F(Faults, ATrickleEnds) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.body = std::string(10'000, ' '), .fault = Fault::trickle};
  });
  const Finished run =
      optimize({"--set", "llm.total_timeout_ms=300", "--set", "llm.max_attempts=2"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("total_timeout_ms (now 300)"));
}

}  // namespace
}  // namespace zopo::test
