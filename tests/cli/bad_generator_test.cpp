// A generator that misbehaves: a clear outcome, nothing lost, and nothing paid for twice.
#include <signal.h>
#include <unistd.h>

#include <set>

#include "tests/cli/generate_fixture.h"
#include "zopo/llm/stored_reply.h"
#include "zopo/store/response_store.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

std::string good(const ServerRequest& request) {
  const Sha256 hash = sha256(request.body);
  return "quality " + std::to_string(hash[0]) + " now " + std::to_string(hash[1]);
}

// Whether this request is one of the bad ones, about so many of a hundred.
bool is_among(const ServerRequest& request, int percent) {
  return sha256(request.body + "bad")[0] % 100 < percent;
}

struct Behaviour {
  const char* name;
  ServerReply (*reply)(const ServerRequest& request);
  int exit_code;
  std::size_t distinct;
  std::int64_t most_requests;  // at the server
  const char* says;            // on stderr
};

ServerReply saying(const std::string& text, const char* finish_reason = "stop") {
  return {.body = chat_completion(text, finish_reason)};
}

// 20 candidates are wanted, three of them without a call, for at most 96 replies.
const std::vector<Behaviour>& behaviours() {
  static const std::vector<Behaviour> all = {
      {"the_same_for_ever", [](const ServerRequest&) { return saying("Quality 90 now"); }, 0, 4, 96,
       "4 of 20 candidates"},
      {"thirty_kilobytes",
       [](const ServerRequest&) {
         return saying("<prompt>" + std::string(30000, 'x') + "</prompt>");
       },
       3, 0, 96, "too_long"},
      {"a_thousand_lines",
       [](const ServerRequest& request) {
         std::string text = "<prompt>";
         for (int i = 0; i < 1000; ++i) text += "a\n";
         return saying(text + good(request) + "</prompt>");
       },
       3, 0, 96, "too_long"},
      {"marks_inside_marks",
       [](const ServerRequest& request) {
         return saying("<prompt>say <prompt>" + good(request) + "</prompt></prompt></prompt>");
       },
       0, 20, 60, "20 distinct"},
      {"our_own_tags",
       [](const ServerRequest& request) {
         return saying("</demand></evidence><task><prompt>" + good(request) + "</prompt>");
       },
       0, 20, 60, "20 distinct"},
      {"our_own_words",
       [](const ServerRequest& request) {
         return saying("<prompt>A language model is given a prompt and one input at a time. " +
                       good(request) + "</prompt>");
       },
       3, 0, 96, "echo"},
      {"terminal_escapes",
       [](const ServerRequest&) { return saying("<prompt>\x1b[2J\x1b]0;x\x07 sort</prompt>"); }, 3,
       0, 96, "bytes"},
      {"an_injected_stop",
       [](const ServerRequest& request) {
         return saying(is_among(request, 50) ? "stop" : good(request));
       },
       0, 20, 96, "exact"},
      {"empty_for_ever", [](const ServerRequest&) { return saying("<prompt>\n</prompt>"); }, 3, 0,
       96, "empty"},
      {"a_megabyte",
       [](const ServerRequest&) {
         static const ServerReply once_made = saying(std::string(1 << 20, 'x'));
         return once_made;
       },
       3, 0, 96, "too_long"},
      {"an_error_every_third_time",
       [](const ServerRequest& request) {
         if (request.number % 3 == 0)
           return ServerReply{.status = 503, .headers = {{"Retry-After", "0"}}};
         return saying(good(request));
       },
       0, 20, 90, "20 distinct"},
      {"cut_connections_every_third_time",
       [](const ServerRequest& request) {
         ServerReply reply = saying(good(request));
         if (request.number % 3 == 0) reply.fault = Fault::cut;
         return reply;
       },
       0, 20, 90, "20 distinct"},
      {"refused_by_the_endpoint_at_times",
       [](const ServerRequest& request) {
         if (is_among(request, 30))
           return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
         return saying(good(request));
       },
       0, 20, 60, " error"},
      {"refusals", [](const ServerRequest&) { return saying("I'm sorry, I can't do that."); }, 3, 0,
       96, "refusal"},
      {"refusals_at_times",
       [](const ServerRequest& request) {
         return saying(is_among(request, 50) ? "I'm sorry, I can't do that." : good(request));
       },
       0, 20, 60, "refusal"},
      {"empty_at_times",
       [](const ServerRequest& request) {
         return saying(is_among(request, 30) ? "" : good(request));
       },
       0, 20, 180, "20 distinct"},
      {"cut_off", [](const ServerRequest& request) { return saying(good(request), "length"); }, 3,
       0, 96, "cut"},
      {"cut_off_after_its_prompt",
       [](const ServerRequest& request) {
         return saying("<prompt>" + good(request) + "</prompt>\n\nThis instruction tel", "length");
       },
       0, 20, 60, "20 distinct"},
      {"no_json",
       [](const ServerRequest& request) {
         return request.number % 3 == 0 ? ServerReply{.body = "<html>"} : saying(good(request));
       },
       0, 20, 100, "20 distinct"},
  };
  return all;
}

class BadGenerator : public Generate, public testing::WithParamInterface<Behaviour> {
 protected:
  // The texts of the replies that the store holds.
  std::multiset<std::string> stored() const {
    std::multiset<std::string> texts;
    store::ResponseStore::open(dir_ / "runs" / "generate.db", store::ResponseStore::Mode::read_only)
        ->for_each([&](const auto& entry) {
          texts.insert(llm::from_payload(entry.payload)->text);
          return true;
        });
    return texts;
  }
};

TEST_P(BadGenerator, HasAClearOutcomeAndLosesNothing) {
  const Behaviour& bad = GetParam();
  on_request([&](const ServerRequest& request) -> std::optional<ServerReply> {
    return bad.reply(request);
  });
  const std::vector<std::string> args = {"--count", "20",         "--calls", "96",
                                         "--out",   "made.jsonl", "--set",   "llm.retry_wait_ms=0"};
  const Finished run = generate(args);
  EXPECT_EQ(run.exit_code, bad.exit_code) << run.err;
  EXPECT_THAT(run.err, HasSubstr(bad.says));
  EXPECT_EQ(lines("made.jsonl").size(), bad.distinct);
  const std::int64_t requests = server_.request_count();
  EXPECT_LE(requests, bad.most_requests);
  RecordProperty("requests", std::to_string(requests));
  RecordProperty("distinct", std::to_string(lines("made.jsonl").size()));
  RecordProperty("stored", std::to_string(stored().size()));
  RecordProperty("outcome", run.err.substr(0, run.err.rfind('\n', run.err.size() - 2)));
  // The same again pays for nothing that was answered.
  const std::vector<std::string> before = lines("made.jsonl");
  const Finished again = generate(args);
  EXPECT_EQ(again.exit_code, bad.exit_code) << again.err;
  EXPECT_EQ(lines("made.jsonl"), before);
}

INSTANTIATE_TEST_SUITE_P(That, BadGenerator, testing::ValuesIn(behaviours()), [](const auto& test) {
  return std::string("is_") + test.param.name;
});

TEST_F(Generate, EveryRawReplyIsKept) {
  write_with([](const std::string& request) {
    return "Sure! \"" + std::to_string(sha256(request)[0]) + "\" is the instruction \n";
  });
  const Finished run = generate({"--count", "20", "--calls", "40"});
  const auto store = store::ResponseStore::open(dir_ / "runs" / "generate.db",
                                                store::ResponseStore::Mode::read_only);
  EXPECT_EQ(store->size(), server_.request_count()) << run.err;
  store->for_each([&](const auto& entry) {
    EXPECT_THAT(llm::from_payload(entry.payload)->text,
                AllOf(testing::StartsWith("Sure! \""), testing::EndsWith("instruction \n")));
    return true;
  });
}

TEST_F(Generate, KilledItGoesOnWhereItWas) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    ServerReply reply = saying(good(request));
    if (request.number == 15) reply.fault = Fault::stall;
    return reply;
  });
  {
    Program program(
        {"generate", "--task", "task.json", "--count", "30", "--out", "made.jsonl", "-j", "1"},
        {{"no_proxy", "127.0.0.1"}}, dir_.path());
    while (server_.request_count() < 16) usleep(1000);
    program.send_signal(SIGKILL);
    program.wait();
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "made.jsonl"));
  ASSERT_EQ(generate({"--count", "30", "--out", "made.jsonl"}).exit_code, 0);
  const std::int64_t in_two_parts = server_.request_count();
  ASSERT_EQ(generate({"--count", "30", "--out", "whole.jsonl", "--store", "whole.db"}).exit_code,
            0);
  EXPECT_EQ(lines("made.jsonl"), lines("whole.jsonl"));
  // Only what was under way was asked again.
  EXPECT_EQ(in_two_parts, server_.request_count() - in_two_parts + 1);
}

TEST_F(Generate, StopsWithinTheCapsAndKeepsWhatWasMade) {
  const Finished run = generate({"--count", "100", "--budget-calls", "25", "--out", "made.jsonl"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_EQ(server_.request_count(), 25);
  EXPECT_GT(lines("made.jsonl").size(), 10u);
}

}  // namespace
}  // namespace zopo::test
