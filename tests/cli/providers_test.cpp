// `zopo optimize` on the built binary against a server that speaks each provider's format. The same
// model stands behind all of them, so a run over any of them ends in the same bytes.
#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

using Reply = std::optional<ServerReply>;

std::int64_t said_tokens(const std::string& text) {
  return (static_cast<int>(text.size()) + 3) / 4;
}

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
  ServerReply busy, broke;  // asking again helps; nothing but the user does
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
                              {{"input_tokens", said_tokens(said.content)},
                               {"output_tokens", said_tokens(said.text)}}}}
                            .dump()};
          },
          with_body(529, error("overloaded_error", "Overloaded")),
          with_body(400, error("invalid_request_error", "Your credit balance is too low"))};
}

// Of the APIs that have OpenAI's errors.
json openai_error(const char* code, const char* message) {
  return {{"error", {{"message", message}, {"type", code}, {"param", nullptr}, {"code", code}}}};
}

Provider responses() {
  return {"openai-responses",
          "OPENAI_API_KEY",
          "authorization",
          "Bearer ",
          "/v1/responses",
          {},
          [](const json& body) {
            const Dialogue said = answer_to(body["input"].back()["content"]);
            const std::vector<json> parts = {{{"type", "output_text"}, {"text", said.text}}};
            const std::vector<json> output = {{{"type", "reasoning"}, {"summary", json::array()}},
                                              {{"type", "message"}, {"content", parts}}};
            return with_body(200, {{"object", "response"},
                                   {"status", "completed"},
                                   {"error", nullptr},
                                   {"model", "toy-2026"},
                                   {"output", output},
                                   {"usage",
                                    {{"input_tokens", said_tokens(said.content)},
                                     {"output_tokens", said_tokens(said.text)}}}});
          },
          with_body(200, {{"status", "failed"},
                          {"error", {{"code", "server_error"}, {"message", "again"}}}}),
          with_body(429, openai_error("insufficient_quota", "check your plan"))};
}

Provider azure() {
  return {
      "azure",
      "AZURE_OPENAI_API_KEY",
      "api-key",
      "",
      "/v1/openai/deployments/our-toy/chat/completions?api-version=2024-10-21",
      {{"deployment", "our-toy"}},
      [](const json& body) {
        const Dialogue said = answer_to(body["messages"].back()["content"]);
        const std::vector<json> choices = {
            {{"message", {{"role", "assistant"}, {"content", said.text}}},
             {"finish_reason", "stop"},
             {"content_filter_results", {{"hate", {{"filtered", false}}}}}}};
        return with_body(200, {{"model", "toy-2026"},
                               {"choices", choices},
                               {"usage",
                                {{"prompt_tokens", said_tokens(said.content)},
                                 {"completion_tokens", said_tokens(said.text)}}}});
      },
      with_body(429, {{"error", {{"code", "429"}, {"message", "Please retry after 0 seconds."}}}}),
      with_body(404, {{"error",
                       {{"code", "DeploymentNotFound"},
                        {"message", "The API deployment for this resource does not exist."}}}})};
}

Provider gemini() {
  const auto error = [](int code, const char* status, const std::vector<json>& details) {
    return json{{"error",
                 {{"code", code}, {"message", "words"}, {"status", status}, {"details", details}}}};
  };
  const std::vector<json> violations = {{{"quotaId", "GenerateRequestsPerDayPerProjectPerModel"}}};
  return {
      "gemini",
      "GEMINI_API_KEY",
      "x-goog-api-key",
      "",
      "/v1/models/toy:generateContent",
      {},
      [](const json& body) {
        const Dialogue said = answer_to(body["contents"].back()["parts"][0]["text"]);
        const std::vector<json> parts = {{{"text", "hm"}, {"thought", true}},
                                         {{"text", said.text}}};
        const std::vector<json> candidates = {
            {{"content", {{"role", "model"}, {"parts", parts}}}, {"finishReason", "STOP"}}};
        return with_body(200, {{"modelVersion", "toy-2026"},
                               {"candidates", candidates},
                               {"usageMetadata",
                                {{"promptTokenCount", said_tokens(said.content)},
                                 {"candidatesTokenCount", said_tokens(said.text)}}}});
      },
      ServerReply{.status = 429,
                  .body = error(429, "RESOURCE_EXHAUSTED", {{{"retryDelay", "0.002s"}}}).dump()},
      with_body(429, error(429, "RESOURCE_EXHAUSTED", {{{"violations", violations}}}))};
}

std::vector<Provider> providers() { return {anthropic(), azure(), gemini(), responses()}; }

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
  // A failure within a reply of status 200 may have been charged, and counts; nothing else differs.
  if (provider.busy.status != 200) {
    EXPECT_EQ(file("result.json"), expected);
    return;
  }
  json busy = result(), calm = json::parse(expected);
  for (const char* const cost : {"usage", "search_calls"}) busy.erase(cost), calm.erase(cost);
  EXPECT_EQ(busy, calm);
}

TEST_P(ProviderTest, WhatNoWaitingMendsStopsTheRunAtOnceAndResumably) {
  const Provider& provider = GetParam();
  use(provider);
  serve(provider, [&](const ServerRequest& request) -> Reply {
    if (request.number < 50) return std::nullopt;
    return provider.broke;
  });
  const Finished run = optimize({"-j", "4"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  // One refusal after an answer may be its request's own; ten in a row are not.
  EXPECT_LE(server_.request_count(), 50 + 10 + 4);
  use(provider);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Every, ProviderTest, testing::ValuesIn(providers()), [](const auto& test) {
  std::string name = test.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// ---- Embeddings

json vector_of(const std::string& text) {
  return {static_cast<double>(text.size()), static_cast<double>(text.size() % 5), 1.0};
}

struct Embedding {
  const char* provider;
  std::string target;
  std::function<json(const json& body)> reply;
};

class EmbeddingTest : public TaskTest, public testing::WithParamInterface<Embedding> {
 protected:
  EmbeddingTest() {
    write_task({{"embeddings",
                 {{"provider", GetParam().provider},
                  {"model", "vectors"},
                  {"base_url", server_.url() + "/v1"}}},
                {"optimizer", {{"method", "zopo-paper"}}}});
    on_request([](const ServerRequest& request) -> Reply {
      if (request.target != GetParam().target) return std::nullopt;
      return with_body(200, GetParam().reply(json::parse(request.body)));
    });
  }
};

TEST_P(EmbeddingTest, AreAskedForOnceAndFoundAgain) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::vector<ServerRequest> all = server_.requests();
  // 25 texts fit into one request.
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const ServerRequest& one) { return one.target == GetParam().target; }),
            1);
  ASSERT_EQ(zopo({"optimize", "--resume", run_dir().string(), "--offline"}).exit_code, 0);
}

const std::vector<Embedding>& embeddings() {
  static const std::vector<Embedding> all = {
      {"gemini", "/v1/models/vectors:batchEmbedContents",
       [](const json& body) {
         std::vector<json> vectors;
         for (const json& request : body["requests"]) {
           vectors.push_back({{"values", vector_of(request["content"]["parts"][0]["text"])}});
         }
         return json{{"embeddings", vectors}};
       }},
      {"ollama", "/v1/api/embed", [](const json& body) {
         std::vector<json> vectors;
         for (const json& text : body["input"]) vectors.push_back(vector_of(text));
         return json{{"embeddings", vectors}, {"prompt_eval_count", 9}};
       }}};
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, EmbeddingTest, testing::ValuesIn(embeddings()), [](const auto& test) {
  return std::string(test.param.provider);
});

// ---- Prices

TEST_F(TaskTest, PricesFromAFileCountTheDollars) {
  dir_.write("prices.json", R"({"toy": {"prompt_usd_per_million": 100,
                                        "completion_usd_per_million": 200}})");
  write_task({{"llm", {{"price_file", "prices.json"}}}});
  ASSERT_EQ(optimize().exit_code, 0);
  const json usage = result()["usage"];
  EXPECT_NEAR(usage["usd"].get<double>(),
              (100 * usage["prompt_tokens"].get<double>() +
               200 * usage["completion_tokens"].get<double>()) /
                  1e6,
              1e-12);
}

// ---- A command as the model

// A model in a shell. It misbehaves as its argument says, on a certain request of each process.
constexpr const char* kCommand = R"sh(n=0
while IFS= read -r line; do
  n=$((n + 1))
  case "$1$n" in
    crash40) echo "half an ans"; exit 3 ;;
    quit40) exit 0 ;;
    hang7) sleep 600 ;;
    garbage7) echo "Traceback (most recent call last):" ;;
    *) echo '{"text": "WORD", "model": "shell-1", "usage": {"prompt_tokens": 5, "completion_tokens": 1}}' ;;
  esac
done
)sh";

class ExecTest : public TaskTest {
 protected:
  ExecTest() { dir_.write("model.sh", kCommand); }

  Finished run(const char* misbehaviour, const json& more = json::object()) {
    std::filesystem::remove_all(dir_ / "runs");
    json llm = {{"provider", "exec"}, {"command", {"sh", "model.sh", misbehaviour}}};
    llm.update(more);
    write_task({{"llm", llm}, {"evaluation", {{"all_wrong", "score"}}}});
    return optimize({"-j", "3"});
  }
};

TEST_F(ExecTest, ACommandPlaysTheModel) {
  const Finished whole = run("well");
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(result()["usage"]["calls"], 80 + 10 + 30);  // of equals the baseline is the best
  EXPECT_EQ(result()["usage"]["prompt_tokens"], 5 * 120);
  EXPECT_EQ(json::parse(file("manifest.json"))["models_returned"], json::array({"shell-1"}));
  EXPECT_EQ(server_.request_count(), 0);
  const Finished again = zopo({"optimize", "--resume", run_dir().string(), "--offline"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST_F(ExecTest, ACommandThatEndsIsStartedAgainAndNothingChanges) {
  ASSERT_EQ(run("well").exit_code, 0);
  json expected = result();
  for (const char* const misbehaviour : {"crash", "quit"}) {
    const Finished finished = run(misbehaviour);
    ASSERT_EQ(finished.exit_code, 0) << misbehaviour << finished.err;
    // What may have been charged counts; nothing else differs.
    json found = result();
    for (const char* const cost : {"usage", "search_calls"})
      found.erase(cost), expected.erase(cost);
    EXPECT_EQ(found, expected) << misbehaviour;
  }
}

TEST_F(ExecTest, ACommandThatHangsIsKilled) {
  const Finished finished = run("hang", {{"total_timeout_ms", 2000}, {"max_attempts", 1}});
  EXPECT_EQ(finished.exit_code, 3) << finished.err;
  EXPECT_THAT(finished.last_line(), HasSubstr("did not answer in time"));
}

TEST_F(ExecTest, WhatIsNoAnswerIsAnErrorNotAWrongOne) {
  const Finished garbage = run("garbage", {{"max_attempts", 1}});
  EXPECT_EQ(garbage.exit_code, 3) << garbage.err;
  EXPECT_THAT(garbage.last_line(), HasSubstr("Traceback"));
}

TEST_F(ExecTest, AProgramThatIsNotThereIsNamed) {
  const Finished finished = run("well", {{"command", {"./no-such-model"}}});
  EXPECT_EQ(finished.exit_code, 2) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("./no-such-model"));
}

}  // namespace
}  // namespace zopo::test
