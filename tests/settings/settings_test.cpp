#include "zopo/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/temp_dir.h"
#include "zopo/base/error.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"

namespace zopo::settings {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSmallest = R"({
  "data": {"dev": "dev.jsonl"},
  "candidates": {"file": "c.txt"},
  "llm": {"model": "m"}
})";

std::string refusal(const std::string& task, const std::vector<Override>& overrides = {}) {
  const test::TempDir dir;
  try {
    load_settings(dir.write("task.json", task), overrides);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "accepted";
}

TEST(Settings, TheSmallestTaskHasTheDocumentedDefaults) {
  const test::TempDir dir;
  const Settings settings = load_settings(dir.write("task.json", kSmallest), {});
  EXPECT_EQ(settings.name, "task");
  EXPECT_EQ(settings.metrics.front().name, "exact_match");
  EXPECT_THAT(settings.metrics.front().normalize,
              testing::ElementsAre("case", "punctuation", "whitespace"));
  EXPECT_EQ(settings.optimizer.method, "zopo");
  EXPECT_EQ(settings.llm.temperature, 0);
  EXPECT_EQ(settings.llm.api_key_env, "OPENAI_API_KEY");
  EXPECT_EQ(settings.embeddings.provider, "features");
  EXPECT_EQ(settings.candidates.file, std::vector{dir / "c.txt"});
  EXPECT_EQ(settings.output.dir, dir / "runs");
  EXPECT_THAT(settings.messages[0].content, HasSubstr("{{instruction}}"));
  EXPECT_EQ(settings.canonical["evaluation"]["max_error_rate"], 0.05);
}

TEST(Settings, AMetricBringsTheNormalisationOfItsConvention) {
  const test::TempDir dir;
  const auto file = dir.write("task.json", kSmallest);
  const auto steps = [&](const char* name) {
    return load_settings(file, {parse_set(std::string("metric.name=") + name)})
        .metrics.front()
        .normalize;
  };
  EXPECT_THAT(steps("f1"), testing::Contains("articles"));
  EXPECT_THAT(steps("exact_set"), testing::Contains("instruction_induction"));
  EXPECT_THAT(
      load_settings(file, {parse_set("metric.normalize=[\"case\"]")}).metrics.front().normalize,
      testing::ElementsAre("case"));
}

TEST(Settings, TheDocumentedTaskFileIsValid) {
  EXPECT_EQ(refusal(R"({
    "$schema": "task.schema.json", "name": "plural",
    "data": { "train": "train.jsonl", "dev": "dev.jsonl", "test": "test.jsonl", "fields": { "input": "input", "output": "output" } },
    "prompt": { "template": "Instruction: {{instruction}}\n\nInput: {{input}}\n\nOutput:", "baseline": "Write the plural." },
    "metric": { "name": "exact_match", "extract": ["first_line"], "normalize": ["case", "punctuation", "whitespace"] },
    "candidates": { "file": "candidates.txt" },
    "embeddings": { "file": "embeddings.npy" },
    "llm": { "provider": "openai", "base_url": "http://127.0.0.1:8080/v1", "model": "m", "api_key_env": "OPENAI_API_KEY", "temperature": 0, "max_tokens": 32 },
    "optimizer": { "method": "zopo", "initial": 10, "seed": 0 },
    "evaluation": { "examples": 20, "racing": "off", "max_error_rate": 0, "repeats": 1 },
    "budget": { "evaluations": 40, "calls": 5000, "tokens": 1000000, "seconds": 3600 },
    "output": { "dir": "runs" } })"),
            "accepted");
}

TEST(Settings, TheSchemaNamesEveryProvider) {
  const nlohmann::json schema = nlohmann::json::parse(task_schema_text());
  EXPECT_EQ(schema["properties"]["llm"]["properties"]["provider"]["enum"],
            nlohmann::json(llm::chat_providers()));
  nlohmann::json embedding = llm::embedding_providers();
  embedding.insert(embedding.begin(), "features");
  EXPECT_EQ(schema["properties"]["embeddings"]["properties"]["provider"]["enum"], embedding);
}

TEST(Settings, WhatAProviderNeedsAndDoesNotTakeIsSaidAtOnce) {
  const auto with = [](const char* llm) {
    return refusal(std::string(R"({"data": {"dev": "d"}, "candidates": {"file": "c"}, "llm": )") +
                   llm + "}");
  };
  EXPECT_THAT(with(R"({"model": "m", "provider": "azure"})"), HasSubstr("base_url"));
  EXPECT_THAT(with(R"({"model": "m", "provider": "exec"})"), HasSubstr("command"));
  EXPECT_THAT(with(R"({"model": "m", "command": ["x"]})"), HasSubstr("exec"));
  EXPECT_THAT(with(R"({"model": "m", "provider": "anthropic", "seed": 1})"), HasSubstr("seed"));
  EXPECT_EQ(with(R"({"model": "m", "extra": {"stream": false}})"), "accepted");
  EXPECT_EQ(with(R"({"model": "m", "temperature": null})"), "accepted");
  EXPECT_EQ(with(R"({"model": "m", "provider": "exec", "command": ["x"]})"), "accepted");
}

TEST(Settings, EmbeddingsAreWhereTheChatIsIfItsKeyIsTheirs) {
  const test::TempDir dir;
  const auto embeddings = [&](const char* chat, const char* provider) {
    const auto file = dir.write("task.json", kSmallest);
    return load_settings(file, {parse_set(std::string("llm.provider=") + chat),
                                parse_set("llm.base_url=\"http://chat/v1\""),
                                parse_set(std::string("embeddings.provider=") + provider),
                                parse_set("embeddings.model=e")})
        .embeddings;
  };
  EXPECT_EQ(embeddings("openai", "openai").base_url, "http://chat/v1");
  EXPECT_EQ(embeddings("openai-responses", "openai").base_url, "http://chat/v1");
  EXPECT_EQ(embeddings("gemini", "gemini").base_url, "http://chat/v1");
  EXPECT_EQ(embeddings("anthropic", "openai").base_url, "https://api.openai.com/v1");
  EXPECT_EQ(embeddings("anthropic", "openai").api_key_env, "OPENAI_API_KEY");
  EXPECT_EQ(embeddings("anthropic", "ollama").base_url, "http://127.0.0.1:11434");
}

TEST(Settings, AProviderBringsItsAddressAndTheNameOfItsKey) {
  const test::TempDir dir;
  const auto file = dir.write("task.json", kSmallest);
  const Settings settings = load_settings(file, {parse_set("llm.provider=anthropic")});
  EXPECT_EQ(settings.llm.base_url, "https://api.anthropic.com/v1");
  EXPECT_EQ(settings.llm.api_key_env, "ANTHROPIC_API_KEY");
  EXPECT_EQ(settings.canonical["llm"]["api_key_env"], "ANTHROPIC_API_KEY");
}

TEST(Settings, PricesComeFromAFileByTheModelsExactName) {
  const test::TempDir dir;
  dir.write("prices.json", R"({
    "m": {"prompt_usd_per_million": 2, "completion_usd_per_million": 8, "cached_usd_per_million": 0.5},
    "e": {"prompt_usd_per_million": 0.25, "completion_usd_per_million": 0}})");
  const auto file = dir.write("task.json", kSmallest);
  const std::vector<Override> priced = {parse_set("llm.price_file=prices.json")};
  const auto with = [&](const char* setting) {
    std::vector<Override> all = priced;
    all.push_back(parse_set(setting));
    return all;
  };
  const Settings settings = load_settings(file, priced);
  EXPECT_EQ(settings.llm.price->prompt_usd_per_million, 2);
  EXPECT_EQ(settings.llm.price->cached_usd_per_million, 0.5);
  EXPECT_EQ(settings.canonical["llm"]["price"]["completion_usd_per_million"], 8);
  EXPECT_EQ(load_settings(file, with("embeddings.model=e")).embeddings.usd_per_million, 0.25);
  const auto message = [&](const std::vector<Override>& overrides) -> std::string {
    try {
      load_settings(file, overrides);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message(with("llm.model=M")), HasSubstr("no price of model \"M\""));
  EXPECT_THAT(
      message(with(R"(llm.price={"prompt_usd_per_million":1,"completion_usd_per_million":1})")),
      HasSubstr("exclude each other"));
  dir.write("prices.json", R"({"m": {"prompt_usd_per_million": -1, "completion": 8}})");
  EXPECT_THAT(message(priced), HasSubstr("prices.json:1"));
}

TEST(Settings, OverridesWinAndAreChecked) {
  const test::TempDir dir;
  const auto file = dir.write("task.json", kSmallest);
  EXPECT_EQ(load_settings(file, {parse_set("optimizer.seed=7")}).optimizer.seed, 7u);
  EXPECT_EQ(load_settings(file, {parse_set("name=a b")}).name, "a b");
  EXPECT_THAT(refusal(kSmallest, {parse_set("optimizer.sead=7")}),
              HasSubstr("Did you mean \"seed\"?"));
  EXPECT_THAT(refusal(kSmallest, {parse_set("optimizer.seed=x")}),
              HasSubstr("--set optimizer.seed"));
}

TEST(Settings, RacingIsAnOptionOfMethodsThatEvaluateWholePrompts) {
  const test::TempDir dir;
  const auto file = dir.write("task.json", kSmallest);
  const Override racing = parse_set("evaluation.racing=on");
  const Settings settings = load_settings(file, {parse_set("optimizer.method=ntk-ucb"), racing});
  EXPECT_EQ(settings.optimizer.options, json({{"racing", true}}));
  EXPECT_THAT(refusal(kSmallest, {racing}), HasSubstr("method zopo cannot race"));
  EXPECT_THAT(refusal(kSmallest, {parse_set("optimizer.method=ucb-e"), racing}),
              HasSubstr("method ucb-e cannot race"));
}

TEST(Settings, WhatTheSchemaCannotSayIsRefusedWithItsPlace) {
  EXPECT_THAT(
      refusal(R"({"data": {"train": "t"}, "candidates": {"file": "c"}, "llm": {"model": "m"}})"),
      HasSubstr("/data: no dev examples"));
  EXPECT_EQ(
      refusal(R"({"data": {"file": "t"}, "candidates": {"file": "c"}, "llm": {"model": "m"}})"),
      "accepted");  // it is split as usual
  EXPECT_THAT(refusal(R"({"data": {"dev": "t"}, "candidates": {"file": "c", "generate": {}},
                          "llm": {"model": "m"}})"),
              HasSubstr("/candidates/generate"));
  EXPECT_THAT(refusal(R"({"data": {"dev": "t"}, "candidates": {"file": "c"}, "llm": {"model": "m"},
                         "embeddings": {"provider": "openai"}})"),
              HasSubstr("/embeddings: \"model\" is missing"));
  EXPECT_THAT(refusal(R"({"data": {"dev": "t"}, "candidates": {"file": "c"}, "llm": {"model": "m"},
                         "prompt": {"template": "x", "messages": [{"role": "user", "content": "y"}]}})"),
              HasSubstr("exclude each other"));
}

TEST(ParseSet, ReadsJsonWhereItIsJson) {
  EXPECT_EQ(parse_set("a.b=3").value, 3);
  EXPECT_EQ(parse_set("a.b=true").value, true);
  EXPECT_EQ(parse_set("a.b=[\"x\"]").value, json::array({"x"}));
  EXPECT_EQ(parse_set("a.b=http://x=1").value, "http://x=1");
  EXPECT_EQ(parse_set("a.b=").value, "");
  EXPECT_THROW(parse_set("a.b"), Failure);
  EXPECT_THROW(parse_set("=1"), Failure);
}

}  // namespace
}  // namespace zopo::settings
