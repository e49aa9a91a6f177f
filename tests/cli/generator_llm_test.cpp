// Candidates written by another model than the one they are for: candidates.write.llm.
#include <algorithm>
#include <atomic>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/base/hash.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GeneratorLlm : public TaskTest {
 protected:
  GeneratorLlm() {
    write_train();
    task_.erase("candidates");
    write_task(
        {{"data", {{"train", "train.jsonl"}}},
         {"candidates",
          {{"write",
            {{"calls", 12},
             {"llm", {{"base_url", server_.url() + "/writer/v1"}, {"model", "writer"}}}}}}}});
    on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
      if (!is_of_writer(request)) return std::nullopt;
      const Sha256 hash = sha256(request.body);
      return ServerReply{.body = chat_completion("quality " + std::to_string(hash[0] % 100) +
                                                 " now " + std::to_string(hash[1]))};
    });
  }
  static bool is_of_writer(const ServerRequest& request) {
    return request.target.starts_with("/writer/");
  }
  std::int64_t writer_requests() const {
    const std::vector<ServerRequest> all = server_.requests();
    return std::count_if(all.begin(), all.end(), is_of_writer);
  }
  void price_writer(double prompt, double completion) {
    write_task({{"candidates",
                 {{"write",
                   {{"llm",
                     {{"price",
                       {{"prompt_usd_per_million", prompt},
                        {"completion_usd_per_million", completion}}}}}}}}}});
  }
  double dollars_at_most() const {
    const Finished run = zopo({"optimize", "--task", "task.json", "--dry-run", "--format", "json"});
    const json bound = json::parse(run.out)["usd_at_most"];
    return bound.is_null() ? -1 : bound.get<double>();
  }
};

TEST_F(GeneratorLlm, WritesTheCandidatesAndNothingElse) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  for (const ServerRequest& request : server_.requests()) {
    const json body = json::parse(request.body);
    EXPECT_EQ(body["model"], is_of_writer(request) ? "writer" : "toy");
    EXPECT_EQ(
        body["messages"].dump().find("You write prompts for language models") != std::string::npos,
        is_of_writer(request));
  }
  const json r = result();
  EXPECT_EQ(r["usage"]["writer"]["calls"], writer_requests());
  EXPECT_EQ(r["usage"]["calls"], server_.request_count());
  EXPECT_EQ(json::parse(file("timing.json"))["by_role"]["write"]["calls_paid"], writer_requests());
  EXPECT_THAT(run.err, HasSubstr(" of the calls by the writer"));
}

TEST_F(GeneratorLlm, IsResumedWithoutPayingAgain) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::int64_t before = server_.request_count();
  const std::string expected = file("result.json");
  const Finished again = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.request_count(), before);
  EXPECT_EQ(file("result.json"), expected);
}

TEST_F(GeneratorLlm, ItsTimeoutsMayChangeWhenARunIsResumedItsModelMayNot) {
  ASSERT_EQ(optimize().exit_code, 0);
  const auto resume = [&](const std::string& setting) {
    return zopo({"optimize", "--task", "task.json", "--resume", run_dir().string(), "--set",
                 "candidates.write.llm." + setting});
  };
  EXPECT_EQ(resume("total_timeout_ms=5000").exit_code, 0);
  EXPECT_THAT(resume("model=another").err, HasSubstr("/candidates/write/llm/model"));
}

TEST_F(GeneratorLlm, HasItsOwnPriceWithinTheBoundAndTheAccount) {
  write_task(
      {{"llm", {{"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 1}}}}}});
  EXPECT_EQ(dollars_at_most(), -1) << "the generator has no price";
  EXPECT_THAT(optimize({"--budget-usd", "5"}).err,
              HasSubstr("\"candidates\".\"write\".\"llm\".\"price\""));
  EXPECT_THAT(zopo({"validate", "--task", "task.json"}).out,
              HasSubstr("unknown until you set candidates.write.llm.price"));
  price_writer(0, 0);
  const double without = dollars_at_most();
  price_writer(0, 1000);
  // 12 replies of at most 1024 tokens, each after two that are empty.
  EXPECT_NEAR(dollars_at_most() - without, 3 * 12 * 1024 * 1000 / 1e6, 1e-9);
  const Finished run = optimize({"--budget-usd", "20"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json usage = result()["usage"];
  const double paid = usage["writer"]["completion_tokens"].get<double>() * 1000 / 1e6;
  EXPECT_NEAR(usage["writer"]["usd"], paid, 1e-9);
  EXPECT_GT(usage["usd"], paid);
}

TEST_F(GeneratorLlm, ACapInDollarsHoldsForIt) {
  write_task(
      {{"llm", {{"price", {{"prompt_usd_per_million", 0}, {"completion_usd_per_million", 0}}}}},
       {"candidates", {{"write", {{"max_tokens", 2}}}}}});
  price_writer(0, 100000);  // .20 dollars a reply at most; it takes one token, .10
  const Finished run = optimize({"--budget-usd", "1.05", "-j", "1"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_EQ(writer_requests(), 9);
}

TEST_F(GeneratorLlm, IsProbedByTheDoctor) {
  const Finished run = zopo({"doctor", "--task", "task.json", "--format", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(writer_requests(), 1);
  EXPECT_EQ(server_.request_count(), 2);
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (!is_of_writer(request)) return std::nullopt;
    return ServerReply{.status = 404, .body = R"({"error": {"message": "no such model"}})"};
  });
  EXPECT_THAT(zopo({"doctor", "--task", "task.json"}).out, HasSubstr("candidates.write.llm.model"));
}

TEST_F(GeneratorLlm, WhatGenerateSaysIsNotSaidTwice) {
  write_task({{"candidates", {{"write", {{"llm", {{"temperature", 0.3}}}}}}}});
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("/candidates/write/llm/temperature"), HasSubstr("Say it there")));
}

}  // namespace
}  // namespace zopo::test
