// The vectors of candidates: `zopo embed`, the manifest beside them, and what a task makes of both.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/base/hash.h"
#include "zopo/data/embeddings.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<float> vector_of(const std::string& text) {
  const Sha256 hash = sha256(text);
  return {float(hash[0]) + 1, float(hash[1]), float(hash[2])};
}

class Embed : public TaskTest {
 protected:
  Embed() {
    write_task({{"embeddings", {{"provider", "openai"}, {"model", "vectors"}, {"batch", 2}}}});
    answer_embeddings();
  }
  static bool is_embedding(const ServerRequest& request) {
    return request.target == "/v1/embeddings";
  }
  static ServerReply reply_to(const ServerRequest& request) {
    std::vector<std::vector<float>> vectors;
    const json body = json::parse(request.body);
    for (const json& text : body["input"]) vectors.push_back(vector_of(text));
    json reply = json::parse(embedding_reply(vectors));
    reply["model"] = "vectors-2";
    return {.body = reply.dump()};
  }
  void answer_embeddings() {
    on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
      if (!is_embedding(request)) return std::nullopt;
      return reply_to(request);
    });
  }
  void refuse_embeddings(int status, const std::string& body) {
    on_request([=](const ServerRequest& request) -> std::optional<ServerReply> {
      if (!is_embedding(request)) return std::nullopt;
      return ServerReply{.status = status, .body = body};
    });
  }
  Finished embed(std::vector<std::string> args = {}) const {
    args.insert(args.begin(), {"embed", "--task", "task.json", "--out", "e.npy"});
    return zopo(std::move(args));
  }
  json manifest() const {
    std::ifstream in(dir_ / "e.npy.json");
    return json::parse(in);
  }
  // How often each text was sent.
  std::map<std::string, int> texts_sent() const {
    std::map<std::string, int> sent;
    for (const ServerRequest& request : server_.requests()) {
      const json body = json::parse(request.body);
      if (!is_embedding(request)) continue;
      for (const json& text : body["input"]) ++sent[text];
    }
    return sent;
  }
  Finished optimize_with_file() {
    write_task({{"embeddings", {{"file", "e.npy"}}}});
    return optimize();
  }
};

TEST_F(Embed, WritesARowACandidateAndSaysByWhom) {
  const Finished run = embed();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("25 rows of 3 dimensions by vectors in e.npy"),
                             HasSubstr("13 calls paid"), HasSubstr("embed.db")));
  EXPECT_EQ(run.out, "");
  const data::Embeddings z = data::load_embeddings(dir_ / "e.npy", 25);  // 24 and the baseline
  const json written = manifest();
  EXPECT_EQ(written["provider"], "openai");
  EXPECT_EQ(written["model"], "vectors");
  EXPECT_EQ(written["models_returned"], json{"vectors-2"});
  EXPECT_EQ(written["dim"], 3);
  for (Index i = 0; i < 25; ++i) {
    const std::vector<float> expected = vector_of(written["texts"][static_cast<std::size_t>(i)]);
    EXPECT_EQ(z.row(i)(0), expected[0]);
    EXPECT_EQ(z.row(i)(2), expected[2]);
  }
}

TEST_F(Embed, AgainOrInOtherBatchesOrWithMoreCandidatesOnlyWhatIsNewIsPaid) {
  ASSERT_EQ(embed().exit_code, 0);
  ASSERT_EQ(embed({"--batch", "5", "-j", "1"}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), 13);
  dir_.write("more.txt", "first\nquality 4 now\nlast\n");
  const Finished run = embed({"--candidates", "more.txt"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(texts_sent().size(), 27u);
  for (const auto& [text, times] : texts_sent()) EXPECT_EQ(times, 1) << text;
}

TEST_F(Embed, TheBytesDoNotDependOnConcurrency) {
  ASSERT_EQ(embed({"-j", "1", "--store", "a.db"}).exit_code, 0);
  std::ifstream one(dir_ / "e.npy"), described(dir_ / "e.npy.json");
  const std::string vectors(std::istreambuf_iterator<char>(one), {});
  const std::string before(std::istreambuf_iterator<char>(described), {});
  ASSERT_EQ(embed({"-j", "16", "--store", "b.db"}).exit_code, 0);
  std::ifstream two(dir_ / "e.npy"), again(dir_ / "e.npy.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(two), {}), vectors);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), before);
}

TEST_F(Embed, KilledItGoesOnWhereItWas) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    ServerReply reply = reply_to(request);
    if (request.number == 5) reply.fault = Fault::stall;
    return reply;
  });
  {
    Program program({"embed", "--task", "task.json", "--out", "e.npy", "-j", "1"},
                    {{"no_proxy", "127.0.0.1"}}, dir_.path());
    while (server_.request_count() < 6) usleep(1000);
    program.send_signal(SIGKILL);
    program.wait();
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "e.npy"));
  const json lost = json::parse(server_.requests()[5].body)["input"];
  ASSERT_EQ(embed().exit_code, 0);
  const std::set<std::string> asked_again(lost.begin(), lost.end());
  for (const auto& [text, times] : texts_sent())
    EXPECT_EQ(times, asked_again.contains(text) ? 2 : 1) << text;
  EXPECT_EQ(texts_sent().size(), 25u);
}

TEST_F(Embed, AnErrorLeavesTheOldFilesAndKeepsWhatWasPaid) {
  dir_.write("e.npy", "an old one");
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 5) return reply_to(request);
    return ServerReply{.status = 401, .body = R"({"error": {"message": "key expired"}})"};
  });
  const Finished run = embed({"-j", "1"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.last_line(), AllOf(HasSubstr("key expired"), HasSubstr("nothing is paid twice")));
  std::ifstream in(dir_ / "e.npy");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "an old one");
  answer_embeddings();
  ASSERT_EQ(embed().exit_code, 0);
  EXPECT_EQ(server_.request_count(), 5 + 1 + 8);
}

TEST_F(Embed, TheBuiltInFeaturesNeedNoCall) {
  write_task({{"embeddings", nullptr}});
  const Finished run = embed();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(manifest()["provider"], "features");
  EXPECT_EQ(server_.request_count(), 0);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "runs" / "embed.db"));
}

TEST_F(Embed, ATaskTakesTheFileAndMayNameItBeforeItIsThere) {
  write_task({{"embeddings", {{"file", "e.npy"}}}});
  ASSERT_EQ(embed().exit_code, 0);
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::vector<ServerRequest> all = server_.requests();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), is_embedding), 13);
}

TEST_F(Embed, OtherCandidatesAreRefusedNamingTheFirstRow) {
  ASSERT_EQ(embed().exit_code, 0);
  std::ifstream in(dir_ / "candidates.txt");
  std::string text(std::istreambuf_iterator<char>(in), {});
  text.replace(text.find("quality 12 "), 11, "quality 13 ");
  dir_.write("candidates.txt", text);
  const Finished run = optimize_with_file();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("row 4 (counted from 0) embeds \"quality 12 in one word\", but "
                                 "that candidate is \"quality 13 in one word\""));
  EXPECT_THAT(zopo({"validate", "--task", "task.json"}).err, HasSubstr("row 4"));
}

TEST_F(Embed, AFileWithoutARowForTheBaselineServesAsWell) {
  const json task = task_;
  write_task({{"prompt", {{"baseline", nullptr}}}});
  ASSERT_EQ(embed().exit_code, 0);
  write_task(task);
  write_task({{"embeddings", {{"file", "e.npy"}}}});
  const Finished run = optimize({"--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["candidates"], 25);
}

TEST_F(Embed, AFileThatWasChangedSinceIsRefused) {
  ASSERT_EQ(embed().exit_code, 0);
  std::fstream file(dir_ / "e.npy", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('\x41');
  file.close();
  const Finished run = optimize_with_file();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("e.npy: was changed since"));
}

TEST_F(Embed, WhatIsNoTargetOrHasNoCandidatesIsRefused) {
  EXPECT_THAT(zopo({"embed", "--task", "task.json", "--out", "e.csv"}).err,
              HasSubstr("expected .npy"));
  EXPECT_THAT(zopo({"embed", "--task", "task.json", "--out", "no/e.npy"}).err,
              HasSubstr("no such directory"));
  write_task({{"candidates", nullptr}});
  const Finished run = embed();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("zopo generate --out"));
  EXPECT_EQ(server_.request_count(), 0);
}

constexpr const char* kNotFound = R"({"error": {"message": "Not Found"}})";

TEST_F(Embed, AnEndpointWithoutEmbeddingsIsAnErrorThatNamesTheWayOut) {
  refuse_embeddings(404, kNotFound);
  const Finished run = embed();
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.last_line(),
              AllOf(HasSubstr("HTTP status 404"), HasSubstr("\"fallback\": \"features\"")));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "e.npy"));
}

struct Answered {
  int status;
  const char* body;
};
class Fallback : public Embed, public testing::WithParamInterface<Answered> {
 protected:
  Fallback() {
    write_task({{"embeddings", {{"fallback", "features"}}}});
    refuse_embeddings(GetParam().status, GetParam().body);
  }
};

class FallsBack : public Fallback {};
TEST_P(FallsBack, ToTheBuiltInFeaturesAndSaysSo) {
  const Finished run = embed();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("the built-in features stand in"));
  EXPECT_EQ(manifest()["provider"], "features");
  EXPECT_THAT(manifest()["fallback"].get<std::string>(), HasSubstr("HTTP status"));
}
INSTANTIATE_TEST_SUITE_P(
    Of,
    FallsBack,
    testing::Values(
        Answered{404, kNotFound},
        Answered{405, ""},
        Answered{404, R"({"error": "model \"vectors\" not found, try pulling it first"})"},
        Answered{400, R"({"error": {"code": "model_not_found", "message": "no such model"}})"},
        Answered{400,
                 R"({"object": "error", "message": "The model does not support Embeddings API"})"},
        Answered{
            501,
            R"({"error": {"code": 501, "message": "This server does not support embeddings."}})"},
        Answered{500, R"({"error": "this model does not support embeddings"})"}));

class NeverFallsBack : public Fallback {};
TEST_P(NeverFallsBack, OnAnErrorOfAnotherKind) {
  const Finished run = embed({"--set", "llm.max_attempts=1"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("stand in")));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "e.npy"));
}
INSTANTIATE_TEST_SUITE_P(
    Of,
    NeverFallsBack,
    testing::Values(Answered{401, R"({"error": {"message": "embeddings are not supported"}})"},
                    Answered{403, kNotFound},
                    Answered{429, "{}"},
                    Answered{503, R"({"error": "busy"})"},
                    Answered{400, R"({"error": {"message": "input is too long"}})"},
                    Answered{404, R"({"error": {"code": "insufficient_quota"}})"}));

TEST_F(Embed, NotEvenWhereTheEndpointStopsEmbeddingHalfWay) {
  write_task({{"embeddings", {{"fallback", "features"}}}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 3) return reply_to(request);
    return ServerReply{.status = 404, .body = kNotFound};
  });
  const Finished run = embed({"-j", "1"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
}

TEST_F(Embed, ARunThatFellBackStaysWithTheFeatures) {
  write_task(
      {{"embeddings", {{"fallback", "features"}}}, {"optimizer", {{"method", "zopo-paper"}}}});
  refuse_embeddings(404, kNotFound);
  const Finished whole = optimize({"--output-dir", "whole"});
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_THAT(whole.err, HasSubstr("the built-in features stand in"));
  const std::string expected = file_in("whole", "result.json");
  EXPECT_THAT(json::parse(expected)["warnings"].dump(), HasSubstr("HTTP status 404"));
  EXPECT_THAT(file_in("whole", "manifest.json"), HasSubstr("embeddings_fallback"));
  const std::int64_t before = server_.request_count();
  on_request([before](const ServerRequest& request) -> std::optional<ServerReply> {
    if (is_embedding(request)) return ServerReply{.status = 404, .body = kNotFound};
    if (request.number > before + 20)
      return ServerReply{.status = 401, .body = R"({"error": {"message": "key expired"}})"};
    return std::nullopt;
  });
  EXPECT_EQ(optimize({"-j", "1"}).exit_code, 3);
  answer_embeddings();  // it has them now, but the run was begun without
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(file("result.json"), expected);
}

}  // namespace
}  // namespace zopo::test
