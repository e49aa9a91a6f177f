// What endpoints want in ways of their own, and what is said where nothing can be adapted.
#include <nlohmann/json.hpp>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class EndpointWays : public TaskTest {};

TEST_F(EndpointWays, AReplyWithHalfASurrogatePairIsRead) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("word3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.body = R"({"choices": [{"message": {"content": "WORD3 \ud83d"},
                                   "finish_reason": "length", "logprobs": {"x": -Infinity}}]})"};
  });
  const Finished run = evaluate_best();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.request_count(), 20);
}

TEST_F(EndpointWays, ATemperatureThatIsRefusedIsLeftOut) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (!json::parse(request.body).contains("temperature")) return std::nullopt;
    return ServerReply{.status = 422,
                       .body = R"({"error": "`temperature` must be strictly positive"})"};
  });
  EXPECT_EQ(evaluate_best().exit_code, 0);
  EXPECT_EQ(json::parse(server_.requests().back().body).contains("temperature"), false);
}

TEST_F(EndpointWays, NullLeavesTheTemperatureOut) {
  write_task({{"llm", {{"extra", {{"stream", false}}}}}});
  task_["llm"]["temperature"] = nullptr;
  task_["llm"]["base_url"] = server_.url() + "/v1";
  dir_.write("null.json", task_.dump());
  ASSERT_EQ(zopo({"evaluate", "--task", "null.json", "--prompt", "quality 100 a"}).exit_code, 0);
  const json body = json::parse(server_.requests().back().body);
  EXPECT_FALSE(body.contains("temperature"));
}

TEST_F(EndpointWays, BatchesOfEmbeddingsAreHalvedUntilTheyAreTaken) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (!request.target.ends_with("/embeddings")) return std::nullopt;
    const std::size_t texts = json::parse(request.body)["input"].size();
    if (texts > 7)
      return ServerReply{.status = 400,
                         .body = R"({"error": {"message": "batch size is invalid"}})"};
    std::vector<std::vector<float>> vectors;
    for (std::size_t i = 0; i < texts; ++i) vectors.push_back({static_cast<float>(i), 1, 2});
    return ServerReply{.body = embedding_reply(vectors)};
  });
  write_task({{"embeddings", {{"provider", "openai"}, {"model", "e"}, {"batch", 24}}},
              {"budget", {{"evaluations", 2}}}});
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("embeddings.batch = 6"));
}

TEST_F(EndpointWays, A404SaysWhatWasAskedAndWhatIsMissing) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.status = 404, .body = "404 page not found"};
  });
  const Finished without = evaluate_best({"--set", "llm.base_url=" + server_.url()});
  EXPECT_THAT(without.last_line(), HasSubstr("Asked: " + server_.url() + "/chat/completions"));
  EXPECT_THAT(without.last_line(), HasSubstr("/v1?"));
  const Finished whole =
      evaluate_best({"--set", "llm.base_url=" + server_.url() + "/v1/chat/completions"});
  EXPECT_THAT(whole.last_line(), HasSubstr("remove it there"));
  const Finished doctor =
      zopo({"doctor", "--task", "task.json", "--set", "llm.base_url=" + server_.url()});
  EXPECT_THAT(doctor.out + doctor.err, Not(HasSubstr("credit")));
}

TEST_F(EndpointWays, TheProxyIsNamedWhereItFailed) {
  write_task({{"llm", {{"base_url", "http://model.invalid/v1"}, {"max_attempts", 1}}}});
  const Finished run = zopo({"evaluate", "--task", "task.json", "--prompt", "quality 100 a"},
                            {{"http_proxy", "http://me:hidden-1@127.0.0.1:9"}, {"no_proxy", "x"}});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.last_line(), HasSubstr("The proxy 127.0.0.1:9"));
  EXPECT_THAT(run.last_line(), HasSubstr("http_proxy"));
  EXPECT_THAT(run.err, Not(HasSubstr("hidden")));
}

TEST_F(EndpointWays, ASilentServerIsToldOfAtItsFirstFailureAndOnce) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number >= 5) return std::nullopt;
    return ServerReply{.fault = Fault::close};
  });
  const Finished run = evaluate_best({"-j", "1", "--set", "llm.retry_wait_ms=1"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::size_t first = run.err.find("Trying again, up to 8 attempts in all.");
  ASSERT_NE(first, run.err.npos) << run.err;
  EXPECT_EQ(run.err.find("Trying again", first + 1), run.err.npos) << run.err;
}

TEST_F(EndpointWays, OtherBytesThanUtf8AreRefusedByName) {
  const Finished prompt = zopo({"evaluate", "--task", "task.json", "--prompt", "caf\xe9"});
  EXPECT_EQ(prompt.exit_code, 2);
  EXPECT_THAT(prompt.err, HasSubstr("Argument 5 is not valid UTF-8"));
}

}  // namespace
}  // namespace zopo::test
