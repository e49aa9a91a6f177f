// No run comes to more than its dry run says, whatever it is made of and however much the server
// charges: 300 tasks drawn at random, each a whole run against a server that charges the most it
// can for every request, and leaves some of what it charges for unanswered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/support/openai_replies.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/run/optimize.h"

namespace zopo::run {
namespace {

using nlohmann::json;
using test::ServerReply;
using test::ServerRequest;

// In every run of the suite; ZOPO_BOUND_TASKS asks for another number.
constexpr int kUsualTasks = 300;

int tasks_asked_for() {
  const char* const text = std::getenv("ZOPO_BOUND_TASKS");
  const long tasks = text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  return tasks > 0 ? static_cast<int>(tasks) : kUsualTasks;
}

struct Bill {
  std::int64_t calls = 0, prompt_tokens = 0, completion_tokens = 0;
};

// Charges a token a byte of the request and the longest reply.
class DearServer {
 public:
  DearServer() : server_([this](const ServerRequest& request) { return answer(request); }) {}

  const std::string& url() const { return url_; }
  // unusable: how many of a hundred requests are charged and not answered.
  void begin(int unusable) {
    const std::lock_guard lock(mutex_);
    unusable_ = unusable;
    bills_.clear();
    asked_.clear();
  }
  Bill total() {
    const std::lock_guard lock(mutex_);
    Bill sum;
    for (const auto& [role, bill] : bills_) {
      sum.calls += bill.calls;
      sum.prompt_tokens += bill.prompt_tokens;
      sum.completion_tokens += bill.completion_tokens;
    }
    return sum;
  }

 private:
  ServerReply answer(const ServerRequest& request) {
    const std::lock_guard lock(mutex_);
    const json body = json::parse(request.body);
    Bill& bill = bills_[request.target];
    const auto bytes = static_cast<std::int64_t>(request.body.size());
    ++bill.calls;
    bill.prompt_tokens += bytes;
    if (request.target.ends_with("/embeddings")) {
      std::vector<std::vector<float>> rows;
      for (const json& text : body["input"]) rows.push_back(vector_of(text));
      return {.body = test::embedding_reply(rows, bytes)};
    }
    const std::int64_t longest = body["max_tokens"];
    bill.completion_tokens += longest;
    const int draw = sha256(request.body + std::to_string(asked_[request.body]++))[0];
    if (draw * 100 < unusable_ * 256)
      return {.body = test::chat_completion("", draw % 2 == 0 ? "stop" : "error", bytes, longest)};
    return {.body = test::chat_completion(text_for(body), "stop", bytes, longest)};
  }

  static std::vector<float> vector_of(const std::string& text) {
    const Sha256 digest = sha256(text);
    return {static_cast<float>(digest[0]), static_cast<float>(digest[1]),
            static_cast<float>(digest[2])};
  }

  static std::string text_for(const json& body) {
    const std::string asked = body["messages"].back()["content"];
    const json material = json::parse(asked, nullptr, false);
    if (material.is_object()) {
      const int draw = sha256(asked)[1] % 3;
      return json{{"key", material["key"]}, {"better", draw}, {"score", 1 + draw}}.dump();
    }
    const std::string digits = sha256_hex(asked).substr(0, 8);
    if (!asked.starts_with("do ")) return "Give the answer of kind " + digits + " to the input.";
    return digits[0] < '8' ? "yes" : "no " + digits;
  }

  std::mutex mutex_;
  int unusable_ = 0;
  std::map<std::string, Bill> bills_;
  std::map<std::string, int> asked_;
  test::ScriptedServer server_;  // last: it uses all of the above
  const std::string url_ = server_.url();
};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : rng_(seed, "bound") {}
  std::int64_t from(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool one_in(std::int64_t n) { return from(1, n) == 1; }
  // Quotes and line breaks are longer in JSON than they are.
  std::string text(std::int64_t words) {
    std::string made;
    for (std::int64_t i = 0; i < words; ++i)
      made += std::string(i > 0, ' ') + (one_in(8) ? "\"\n\"" : "w" + std::to_string(from(0, 999)));
    return made;
  }

 private:
  Rng rng_;
};

std::string example_lines(Draw& draw, const std::string& name, std::int64_t n) {
  std::string lines;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::string input = name + std::to_string(i) + " " + draw.text(draw.from(1, 9));
    lines += json{{"input", input}, {"output", draw.one_in(2) ? "yes" : "no"}}.dump() + "\n";
  }
  return lines;
}

json price(double usd) {
  return {{"prompt_usd_per_million", usd}, {"completion_usd_per_million", 2 * usd}};
}

class Bound : public testing::Test {
 protected:
  json llm(const std::string& path, Draw& draw) const {
    return {{"base_url", server_.url() + path},
            {"model", "m"},
            {"max_tokens", draw.from(8, 40)},
            {"empty_retries", draw.from(0, 3)},
            {"retry_wait_ms", 0},
            {"circuit_breaker", 1000},
            {"price", price(static_cast<double>(draw.from(0, 9)))}};
  }

  json draw_task(Draw& draw) {
    dir_.write("train.jsonl", example_lines(draw, "train", draw.from(3, 6)));
    dir_.write("dev.jsonl", example_lines(draw, "dev", draw.from(3, 6)));
    dir_.write("test.jsonl", example_lines(draw, "test", draw.from(1, 5)));
    json task = {{"data", {{"train", "train.jsonl"}, {"dev", "dev.jsonl"}, {"test", "test.jsonl"}}},
                 {"prompt", {{"template", "do {{instruction}}\n{{input}}"}, {"baseline", "base"}}},
                 {"llm", llm("/v1", draw)},
                 {"optimizer", {{"initial", 2}, {"seed", draw.from(1, 99)}}},
                 {"evaluation", {{"repeats", draw.from(1, 2)}, {"max_error_rate", 1}}},
                 {"budget", {{"evaluations", draw.from(2, 4)}}},
                 {"output", {{"dir", (dir_ / "runs").string()}}}};
    task["evaluation"]["examples"] = draw.from(2, 3);
    draw_candidates(draw, task);
    draw_judge(draw, task);
    if (draw.one_in(3)) {
      task["embeddings"] = {{"provider", "openai"},
                            {"base_url", server_.url() + "/v1"},
                            {"model", "e"},
                            {"batch", draw.from(1, 5)},
                            {"usd_per_million", draw.from(0, 5)}};
    }
    if (draw.one_in(4)) task["budget"]["calls"] = draw.from(20, 60);
    if (draw.one_in(4)) task["budget"]["tokens"] = draw.from(2000, 20000);
    return task;
  }

  void draw_candidates(Draw& draw, json& task) {
    std::string lines;
    const std::int64_t n = draw.from(4, 9);
    for (std::int64_t i = 0; i < n; ++i)
      lines += json{{"prompt", "c" + std::to_string(i) + draw.text(draw.from(1, 6))}}.dump() + "\n";
    dir_.write("candidates.jsonl", lines);
    task["candidates"] = {{"file", "candidates.jsonl"}};
    if (draw.one_in(3))
      task["candidates"]["write"] = {{"calls", draw.from(1, 9)},
                                     {"initial", draw.from(0, 2)},
                                     {"reflect", draw.from(0, 20)},
                                     {"max_tokens", draw.from(5, 60)}};
    if (draw.one_in(5)) {
      task["candidates"]["exemplars"] = {{"count", 2}, {"sample", draw.from(4, 8)}};
      task["prompt"]["template"] = "do {{instruction}}\n{{exemplars}}\n{{input}}";
    }
  }

  void draw_judge(Draw& draw, json& task) {
    const std::int64_t kind = draw.from(0, 3);
    if (kind < 2) {
      task["metric"] = {{"name", "exact_match"}};
      return;
    }
    task["metric"] = {{"name", kind == 2 ? "judge" : "preference"}};
    task["judge"] = {{"rubric", draw.text(5)}, {"llm", llm("/judge", draw)}};
    if (kind == 3) task["judge"]["both_orders"] = draw.one_in(2);
  }

  DearServer server_;
  test::TempDir dir_;
};

TEST_F(Bound, OfADryRunIsNeverExceeded) {
  const int tasks = tasks_asked_for();
  int with_charges = 0;
  for (int i = 0; i < tasks; ++i) {
    Draw draw(static_cast<std::uint64_t>(i));
    const json task = draw_task(draw);
    const std::filesystem::path file = dir_.write("task.json", task.dump());
    server_.begin(draw.one_in(3) ? static_cast<int>(draw.from(1, 60)) : 0);
    Preview dry;
    try {
      dry = preview(file, {});
    } catch (const Failure& failure) {  // a cap that leaves nothing for the search
      EXPECT_THAT(failure.what(), testing::HasSubstr("/budget")) << task.dump();
      continue;
    }
    OptimizeOptions options;
    options.task_file = file;
    const OptimizeReport run = optimize(options);
    const Bill bill = server_.total();
    const report::RunUsage& usage = run.result.usage;
    EXPECT_EQ(bill.calls, usage.calls) << i << task.dump();
    EXPECT_EQ(bill.prompt_tokens, usage.prompt_tokens) << i << task.dump();
    EXPECT_EQ(bill.completion_tokens, usage.completion_tokens) << i;
    EXPECT_LE(bill.calls, dry.cost.calls) << i << task.dump();
    EXPECT_LE(bill.prompt_tokens, dry.cost.prompt_tokens) << i << task.dump();
    EXPECT_LE(bill.completion_tokens, dry.cost.completion_tokens) << i << task.dump();
    ASSERT_TRUE(usage.usd && dry.cost.usd);
    EXPECT_LE(*usage.usd, *dry.cost.usd + 1e-12) << i << task.dump();
    with_charges += bill.calls > 0;
  }
  EXPECT_GT(with_charges, tasks * 9 / 10);
}

}  // namespace
}  // namespace zopo::run
