// The embeddings of Gemini and Ollama on the wire; OpenAI's are in embedding_client_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/llm/reply_cases.h"
#include "zopo/llm/gemini_embeddings.h"
#include "zopo/llm/ollama_embeddings.h"

namespace zopo::llm {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kTexts = {"a", "b"};
const char* const kGemini =
    R"({"embeddings":[{"values":[1,0.5]},{"values":[0,2]}],"usageMetadata":{"promptTokenCount":7}})";
const char* const kOllama = R"({"model":"nomic-embed-text","embeddings":[[1,0.5],[0,2]],
  "total_duration":66893984,"load_duration":17070078,"prompt_eval_count":7})";

using Parse = Result<EmbeddingReply> (*)(int, const http::Headers&, const std::string&, Index);

void expect_rows(Parse parse, const std::string& body) {
  const Result<EmbeddingReply> reply = parse(200, {}, body, 2);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->vectors, (RowMatrixF(2, 2) << 1, 0.5, 0, 2).finished());
  EXPECT_EQ(reply->usage, (Usage{7, 0, 0, 0}));
}

void expect_faults(Parse parse, const std::vector<FaultCase>& faults) {
  for (const FaultCase& fault : faults) {
    const Result<EmbeddingReply> reply = parse(fault.status, {}, fault.body, 2);
    ASSERT_FALSE(reply.ok()) << fault.body;
    EXPECT_EQ(reply.error().kind, fault.kind) << fault.body;
    EXPECT_THAT(reply.error().message, HasSubstr(fault.says));
  }
}

void expect_nothing_from_any_beginning_of(Parse parse, const std::string& body) {
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(parse(200, {}, body.substr(0, size), 2).ok()) << size;
  }
}

TEST(GeminiEmbeddings, BodyAsksForEveryTextByItself) {
  EXPECT_EQ(gemini_embedding_body({.model = "e", .dimensions = 2}, kTexts),
            R"({"requests":[{"content":{"parts":[{"text":"a"}]},"model":"models/e",)"
            R"("outputDimensionality":2},{"content":{"parts":[{"text":"b"}]},)"
            R"("model":"models/e","outputDimensionality":2}]})");
}

TEST(GeminiEmbeddings, RowsStandInOrder) {
  expect_rows(parse_gemini_embeddings, kGemini);
  expect_nothing_from_any_beginning_of(parse_gemini_embeddings, kGemini);
}

TEST(GeminiEmbeddings, UnusableRepliesAreErrors) {
  using enum ErrorKind;
  expect_faults(
      parse_gemini_embeddings,
      {{404, R"({"error":{"code":404,"message":"models/e is not found"}})", api, "not found"},
       {429, R"({"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}})", network,
        "slow"},
       {200, "{}", network, "no embeddings"},
       {200, R"({"embeddings":[{"values":[1]}]})", api, "1 vectors came for 2"},
       {200, R"({"embeddings":[{"values":[1]},{"values":[1,2]}]})", api, "1 and 2 dimensions"},
       {200, R"({"embeddings":[{"values":[1]},{"values":[]}]})", api, "empty"},
       {200, R"({"embeddings":[{"values":[1]},{}]})", api, "neither"},
       {200, R"({"embeddings":[{"values":[1]},{"values":[1e99]}]})", api, "finite"}});
}

TEST(OllamaEmbeddings, BodyForbidsSilentTruncation) {
  EXPECT_EQ(ollama_embedding_body({.model = "e"}, kTexts),
            R"({"input":["a","b"],"model":"e","truncate":false})");
}

TEST(OllamaEmbeddings, RowsStandInOrder) {
  expect_rows(parse_ollama_embeddings, kOllama);
  expect_nothing_from_any_beginning_of(parse_ollama_embeddings, kOllama);
}

TEST(OllamaEmbeddings, UnusableRepliesAreErrors) {
  using enum ErrorKind;
  expect_faults(
      parse_ollama_embeddings,
      {{404, R"({"error":"model \"e\" not found, try pulling it first"})", api, "pulling"},
       {400, R"({"error":"the input length exceeds the context length"})", api, "length"},
       {500, R"({"error":"llama runner process has terminated"})", network, "runner"},
       {200, R"({"embeddings":[[1],[1,2]]})", api, "1 and 2 dimensions"},
       {200, R"({"embeddings":[[1],"x"]})", api, "neither"},
       {200, R"({"embedding":[1]})", network, "no embeddings"}});
}

}  // namespace
}  // namespace zopo::llm
