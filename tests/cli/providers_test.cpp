// `zopo optimize` on the built binary against a server that speaks each provider's format. The same
// model stands behind all of them, so a run over any of them ends in the same bytes.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

using Reply = std::optional<ServerReply>;

std::int64_t tokens_in(const std::string& text) { return (static_cast<int>(text.size()) + 3) / 4; }

ServerReply with_body(int status, const json& body) {
  return {.status = status, .headers = {{"Retry-After", "0"}}, .body = body.dump()};
}

struct Dialogue {
  std::string content;  // of the request's last message
  std::string text;     // the model's answer
};

Dialogue answer_to(const json& content) { return {content, play_model(content)}; }

struct Provider {
  std::string name;
  std::string key_variable, key_header, key_prefix;
  std::string target;  // of every request
  json settings;       // of "llm", besides the address
  std::function<ServerReply(const json& body)> model;
  ServerReply busy, broke;  // asking again helps; it does not
};

Provider anthropic() {
  const auto error = [](const char* type, const char* message) {
    return json{{"type", "error"}, {"error", {{"type", type}, {"message", message}}}};
  };
  return {"anthropic",
          "ANTHROPIC_API_KEY",
          "x-api-key",
          "",
          "/v1/messages",
          {},
          [](const json& body) {
            const Dialogue said = answer_to(body["messages"].back()["content"]);
            return ServerReply{
                .body = json{{"type", "message"},
                             {"model", "toy-2026"},
                             {"content", json::array({{{"type", "text"}, {"text", said.text}}})},
                             {"stop_reason", "end_turn"},
                             {"usage",
                              {{"input_tokens", tokens_in(said.content)},
                               {"output_tokens", tokens_in(said.text)}}}}
                            .dump()};
          },
          with_body(529, error("overloaded_error", "Overloaded")),
          with_body(400, error("invalid_request_error", "Your credit balance is too low"))};
}

std::vector<Provider> providers() { return {anthropic()}; }

class ProviderTest : public TaskTest, public testing::WithParamInterface<Provider> {
 protected:
  void use(const Provider& provider) {
    json llm = provider.settings;
    llm["provider"] = provider.name;
    write_task({{"llm", llm}});
    serve(provider, [](const ServerRequest&) { return std::nullopt; });
  }
  // fault's reply, where it has one, instead of the model's.
  void serve(const Provider& provider, std::function<Reply(const ServerRequest&)> fault) {
    on_request([provider, fault](const ServerRequest& request) -> Reply {
      if (request.target != provider.target) return ServerReply{.status = 404, .body = "{}"};
      if (Reply reply = fault(request)) return reply;
      return provider.model(json::parse(request.body));
    });
  }
  std::string result_over_openai() {
    EXPECT_EQ(optimize({"--output-dir", "openai"}).exit_code, 0);
    const auto run = std::filesystem::directory_iterator(dir_ / "openai")->path();
    std::ifstream in(run / "result.json");
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_P(ProviderTest, TheSameModelGivesTheSameResult) {
  const std::string expected = result_over_openai();
  use(GetParam());
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file("result.json"), expected);
  EXPECT_EQ(json::parse(file("manifest.json"))["models_returned"], json::array({"toy-2026"}));
  const std::int64_t paid = server_.request_count();
  ASSERT_EQ(zopo({"optimize", "--resume", run_dir().string(), "--offline"}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), paid);
}

TEST_P(ProviderTest, TheKeyGoesIntoItsHeaderAndNowhereElse) {
  const Provider& provider = GetParam();
  use(provider);
  const Finished run = zopo({"--log-level", "trace", "optimize", "--task", "task.json"},
                            {{provider.key_variable, "sk-sentinel"}});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("sk-sentinel")));
  for (const ServerRequest& request : server_.requests()) {
    EXPECT_EQ(request.headers.at(provider.key_header), provider.key_prefix + "sk-sentinel");
    EXPECT_THAT(request.target + request.body, Not(HasSubstr("sk-sentinel")));
  }
}

TEST_P(ProviderTest, ABusyServerChangesNothing) {
  const Provider& provider = GetParam();
  const std::string expected = result_over_openai();
  use(provider);
  const std::int64_t before = server_.request_count();
  serve(provider, [&](const ServerRequest& request) -> Reply {
    if ((request.number - before) % 4 != 0) return std::nullopt;
    return provider.busy;
  });
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file("result.json"), expected);
}

TEST_P(ProviderTest, AnAccountWithoutMoneyStopsTheRunAtOnceAndResumably) {
  const Provider& provider = GetParam();
  use(provider);
  serve(provider, [&](const ServerRequest& request) -> Reply {
    if (request.number < 50) return std::nullopt;
    return provider.broke;
  });
  const Finished run = optimize({"-j", "4"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_LE(server_.request_count(), 50 + 4);
  use(provider);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Every, ProviderTest, testing::ValuesIn(providers()), [](const auto& test) {
  return test.param.name;
});

}  // namespace
}  // namespace zopo::test
