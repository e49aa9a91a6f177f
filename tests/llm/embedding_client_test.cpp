#include "zopo/llm/embedding_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/failure.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/openai_replies.h"
#include "tests/support/temp_dir.h"
#include "zopo/http/curl_transport.h"
#include "zopo/llm/openai_embeddings.h"
#include "zopo/store/response_store.h"

namespace zopo::llm {
namespace {

using nlohmann::json;
using store::ResponseStore;
using test::embedding_reply;
using test::FailsWith;
using test::failure_of;
using test::FakeTransport;
using testing::HasSubstr;

// The text's number and its square.
std::vector<float> embed_number(const std::string& text) {
  const float x = std::stof(text);
  return {x, x * x};
}

std::vector<std::string> numbers(int n) {
  std::vector<std::string> texts;
  for (int i = 0; i < n; ++i) texts.push_back(std::to_string(i));
  return texts;
}

Result<http::Response> answer(const http::Request& request) {
  std::vector<std::vector<float>> vectors;
  const json body = json::parse(request.body);
  for (const json& text : body["input"]) vectors.push_back(embed_number(text));
  return http::Response{200, {}, embedding_reply(vectors, 10)};
}

class EmbedderTest : public testing::Test {
 protected:
  EmbedderTest() {
    settings_.endpoint.base_url = "http://host/v1/";
    settings_.endpoint.api_key_env = "";
    settings_.embedding.model = "e";
    settings_.batch = 3;
  }
  RowMatrixF embed(http::Transport& transport, const std::vector<std::string>& texts) {
    if (!budget_) budget_.emplace(caps_, clock_);
    return make_embedding_client(settings_, transport, stores_, *budget_, clock_)
        ->embed(texts)
        .rows;
  }
  void use_store(const std::string& name) {
    store_ = ResponseStore::open(dir_ / name, ResponseStore::Mode::read_write);
    stores_.run = store_.get();
  }

  test::TempDir dir_;
  test::FakeClock clock_;
  EmbedderSettings settings_;
  std::unique_ptr<ResponseStore> store_;
  Stores stores_;
  Caps caps_;
  std::optional<Budget> budget_;
  FakeTransport fake_{[](const http::Request& request, int) { return answer(request); }};
};

TEST_F(EmbedderTest, RowsStandInTheOrderOfTheTextsAcrossBatches) {
  test::ScriptedServer server(test::answer_openai({}, embed_number));
  settings_.endpoint.base_url = server.url() + "/v1";
  const auto transport = http::make_curl_transport({});
  const RowMatrixF rows = embed(*transport, numbers(100));
  ASSERT_EQ(rows.rows(), 100);
  for (Index i = 0; i < 100; ++i) {
    EXPECT_EQ(rows(i, 0), static_cast<float>(i));
    EXPECT_EQ(rows(i, 1), static_cast<float>(i * i));
  }
  EXPECT_EQ(server.request_count(), 34);
}

TEST_F(EmbedderTest, RequestIsTheSimplestThatWorks) {
  embed(fake_, {"1", "2"});
  EXPECT_EQ(fake_.requests()[0].url, "http://host/v1/embeddings");
  EXPECT_EQ(fake_.requests()[0].body, R"({"input":["1","2"],"model":"e"})");
}

TEST_F(EmbedderTest, EqualTextsAreEmbeddedOnce) {
  const RowMatrixF rows = embed(fake_, {"1", "2", "1"});
  EXPECT_EQ(fake_.requests()[0].body, R"({"input":["1","2"],"model":"e"})");
  EXPECT_EQ(rows(2, 1), 1.0F);
}

TEST_F(EmbedderTest, StoredTextsAreNotSentAgainWhateverTheirBatch) {
  use_store("run.db");
  embed(fake_, {"1", "2", "3", "4"});
  const RowMatrixF rows = embed(fake_, {"4", "9", "1"});
  EXPECT_EQ(fake_.requests().back().body, R"({"input":["9"],"model":"e"})");
  EXPECT_EQ(rows(0, 0), 4.0F);
  EXPECT_EQ(rows(1, 0), 9.0F);
  EXPECT_EQ(rows(2, 0), 1.0F);
}

TEST_F(EmbedderTest, ReplayNeedsWhatTheRunNeeded) {
  use_store("run.db");
  const RowMatrixF rows = embed(fake_, numbers(7));
  const Spending paid = budget_->total();
  budget_.reset();
  settings_.endpoint.offline = true;
  EXPECT_EQ(embed(fake_, numbers(7)), rows);
  EXPECT_EQ(budget_->total().needed.calls, 3);
  EXPECT_EQ(budget_->total().needed.tokens(), paid.needed.tokens());
  EXPECT_EQ(budget_->total().paid.calls, 0);
}

TEST_F(EmbedderTest, ModelAndDimensionsArePartOfTheKey) {
  use_store("run.db");
  embed(fake_, {"1"});
  settings_.embedding.dimensions = 2;
  embed(fake_, {"1"});
  settings_.embedding.model = "other";
  embed(fake_, {"1"});
  EXPECT_EQ(fake_.count(), 3);
}

TEST_F(EmbedderTest, FailuresAreThrownWithTheirKind) {
  settings_.endpoint.offline = true;
  EXPECT_THAT(failure_of([&] { embed(fake_, {"42"}); }),
              FailsWith(ErrorKind::offline, HasSubstr("the embedding of \"42\"")));
  settings_.endpoint.offline = false;
  FakeTransport refusing([](const auto&, int) { return http::Response{401, {}, "{}"}; });
  EXPECT_THAT(failure_of([&] { embed(refusing, {"42"}); }),
              FailsWith(ErrorKind::auth, HasSubstr("host: HTTP status 401")));
}

TEST_F(EmbedderTest, BatchesOfDifferentDimensionsAreAnError) {
  FakeTransport changing([](const auto&, int number) {
    const std::vector<float> vector(number == 0 ? 2 : 3, 1.0F);
    return http::Response{200, {}, embedding_reply({vector, vector, vector})};
  });
  settings_.endpoint.concurrency = 1;
  EXPECT_THAT(failure_of([&] { embed(changing, numbers(6)); }),
              FailsWith(ErrorKind::api, HasSubstr("2 dimensions and, from text 3 on, 3")));
}

TEST_F(EmbedderTest, CapsHoldForEmbeddings) {
  caps_.calls = 2;
  EXPECT_THAT(failure_of([&] { embed(fake_, numbers(9)); }),
              FailsWith(ErrorKind::budget, HasSubstr("budget.calls = 2")));
  EXPECT_EQ(fake_.count(), 2);
}

TEST_F(EmbedderTest, NoTextsNoRows) { EXPECT_EQ(embed(fake_, {}).rows(), 0); }

// ---- The wire format

Result<EmbeddingReply> parse(const std::string& body, Index n) {
  return parse_openai_embeddings(200, {}, body, n);
}

TEST(OpenAiEmbeddings, IndicesSayTheOrder) {
  const auto reply = parse(R"({"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],
                              "usage":{"prompt_tokens":5,"total_tokens":5}})",
                           2);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->vectors(0, 0), 1.0F);
  EXPECT_EQ(reply->vectors(1, 1), 4.0F);
  EXPECT_EQ(reply->usage.prompt_tokens, 5);
}

TEST(OpenAiEmbeddings, Base64IsLittleEndianFloats) {
  const auto reply = parse(R"({"data":[{"index":0,"embedding":"AACAPwAAAMA="}]})", 1);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->vectors(0, 0), 1.0F);
  EXPECT_EQ(reply->vectors(0, 1), -2.0F);
}

TEST(OpenAiEmbeddings, WhatIsWrongIsNamed) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"data":[]})", "0 vectors came for 2 texts"},
      {R"({"data":[{"embedding":[1]},{"embedding":[1,2]}]})", "1 and 2 dimensions"},
      {R"({"data":[{"embedding":[]},{"embedding":[]}]})", "is empty"},
      {R"({"data":[{"embedding":[1]},{"embedding":[1e99]}]})", "not finite"},
      {R"({"data":[{"embedding":["1"]},{"embedding":[1]}]})", "neither numbers"},
      {R"({"data":[{"embedding":"AAA="},{"embedding":[1]}]})", "neither numbers"},
      {R"({"data":[{"embedding":"!"},{"embedding":[1]}]})", "neither numbers"},
      {R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})", "twice"},
      {R"({"data":[{"index":2,"embedding":[1]},{"index":0,"embedding":[1]}]})", "outside 0 to 1"},
      {R"({"data":[1,2]})", "neither numbers"},
      {R"({"object":"list"})", "no data"},
      {R"({"error":{"message":"overloaded","code":503}})", "overloaded"},
      {"<html>", "HTML page"},
  };
  for (const auto& [body, says] : cases) {
    const auto reply = parse(body, 2);
    ASSERT_FALSE(reply.ok()) << body;
    EXPECT_THAT(reply.error().message, HasSubstr(says));
  }
}

}  // namespace
}  // namespace zopo::llm
