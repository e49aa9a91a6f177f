// Examples that the endpoint refuses for good: none loses a run that is paid for.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class RefusedExamples : public TaskTest {
 protected:
  // Refuses requests that hold one of the words.
  void refuse(const std::vector<std::string>& words, int status, const std::string& message) {
    on_request([=](const ServerRequest& request) -> std::optional<ServerReply> {
      for (const std::string& word : words) {
        if (request.body.find(word + "\"") != std::string::npos)
          return ServerReply{.status = status,
                             .body = json{{"error", {{"message", message}}}}.dump()};
      }
      return std::nullopt;
    });
  }
};

TEST_F(RefusedExamples, OneTooLongOneIsNamedAndTheRunGoesOn) {
  refuse({"word3"}, 400, "maximum context length is 4096 tokens");
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("dev example 3 (\"word3\") has no answer for"));
  EXPECT_THAT(run.err, HasSubstr("set aside for all"));
  EXPECT_THAT(run.err, HasSubstr("maximum context length"));
  EXPECT_THAT(result()["warnings"].dump(), HasSubstr("word3"));
  std::map<std::string, int> sent;
  for (const ServerRequest& request : server_.requests()) {
    if (request.body.find("word3\"") != std::string::npos) ++sent[request.body];
  }
  for (const auto& [body, times] : sent) EXPECT_EQ(times, 1) << body;
}

TEST_F(RefusedExamples, InTheSealedTestTheyAreMissingFromAScoreThatIsThere) {
  refuse({"term3"}, 400, "maximum context length is 4096 tokens");
  write_task({{"budget", {{"evaluations", 4}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["best"]["test"]["n"], 29);
  EXPECT_THAT(run.err, HasSubstr("1 without an answer"));
}

TEST_F(RefusedExamples, MoreThanAreAllowedAreMendedByOneSettingOnTheSameRun) {
  refuse({"term3", "term4", "term5", "term6"}, 400, "too long");
  write_task({{"budget", {{"evaluations", 4}}}});
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("test example"));
  EXPECT_THAT(run.last_line(), HasSubstr("too long"));
  EXPECT_THAT(run.last_line(), HasSubstr("--set evaluation.max_error_rate=0.14"));
  EXPECT_EQ(result()["best"]["test"]["n"], 26);  // paid for, so shown
  const Finished resumed =
      zopo({"optimize", "--resume", run_dir().string(), "--set", "evaluation.max_error_rate=0.14"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
}

TEST_F(RefusedExamples, AModeratorsRefusalIsNotTheKeysFault) {
  refuse({"word3"}, 403, "your input was flagged");
  for (const char* const concurrency : {"1", "16"}) {
    const Finished run = evaluate_best({"-j", concurrency});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("1 without an answer"));
    EXPECT_THAT(run.out, Not(HasSubstr("Check the key")));
  }
}

TEST_F(RefusedExamples, A403ForOneRequestAmongAnswersIsThatRequests) {
  refuse({"word0"}, 403, "Access denied");
  for (const char* const concurrency : {"1", "16"})
    EXPECT_EQ(evaluate_best({"-j", concurrency}).exit_code, 0) << concurrency;
}

TEST_F(RefusedExamples, A403ForEveryRequestIsTheKeys) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.status = 403, .body = R"({"error": {"message": "Access denied"}})"};
  });
  const Finished run = evaluate_best({"-j", "4"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("OPENAI_API_KEY"));
  EXPECT_LE(server_.request_count(), 7);
}

TEST_F(RefusedExamples, ManyInARowAreNoSignOfABrokenEndpoint) {
  std::vector<std::string> words;
  for (int i = 4; i < 16; ++i) words.push_back("word" + std::to_string(i));
  refuse(words, 400, "This request is blocked");
  const Finished run = evaluate_best({"-j", "1", "--set", "evaluation.max_error_rate=0.6"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["prompts"][0]["error"], 12);
}

TEST_F(RefusedExamples, ForThreePromptsOneIsNotAskedForTheFourth) {
  refuse({"word3"}, 400, "too long");
  const Finished run = evaluate_best(
      {"--prompt", "quality 90 b", "--prompt", "quality 80 c", "--prompt", "quality 70 d"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.request_count(), 4 * 20 - 1);
  EXPECT_EQ(result()["prompts"][3]["error"], 1);
}

TEST_F(RefusedExamples, ARunMayMoveToAnotherAddressOfTheSameModel) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 12) return std::nullopt;
    return ServerReply{.status = 401};
  });
  ASSERT_EQ(evaluate_best({"-j", "1"}).exit_code, 3);
  on_request(nullptr);
  const std::string moved = "llm.base_url=" + server_.url() + "/other/v1";
  const std::vector<std::string> resume{"evaluate", "--resume", run_dir().string(), "--set", moved};
  const Finished refused = zopo(resume);
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("--same-model"));
  const std::int64_t before = server_.request_count();
  std::vector<std::string> same = resume;
  same.push_back("--same-model");
  const Finished finished = zopo(same);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(server_.request_count() - before, 20 - 12);
  EXPECT_EQ(server_.requests().back().target, "/other/v1/chat/completions");
  EXPECT_EQ(zopo(resume).exit_code, 0);  // from now on that is its address
}

TEST_F(RefusedExamples, AServersOwnErrorAtOneOfThemLosesNoRunEvenAlone) {
  refuse({"word3"}, 500, "boom");
  write_task({{"llm", {{"retry_wait_ms", 0}}}, {"evaluation", {{"max_error_rate", 0.1}}}});
  const Finished run = optimize({"-j", "1"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("dev example 3 (\"word3\") has no answer for"));
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
}

}  // namespace
}  // namespace zopo::test
