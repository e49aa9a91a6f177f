#include "tests/cli/task_fixture.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/support/openai_replies.h"
#include "zopo/base/hash.h"

namespace zopo::test {
namespace {

using nlohmann::json;

constexpr int kCandidates = 24, kDev = 20, kTest = 30, kTrain = 12;

std::string examples(const std::string& prefix, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const std::string word = prefix + std::to_string(i);
    std::string upper = word;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return std::toupper(c); });
    lines += json{{"input", word}, {"output", upper}}.dump() + "\n";
  }
  return lines;
}

std::string candidates() {
  static const char* const kStyles[] = {"please", "now", "carefully", "in one word"};
  std::string lines;
  for (int i = 0; i < kCandidates; ++i) {
    lines += "quality " + std::to_string(4 * i) + " " + kStyles[i % 4] + "\n";
  }
  return lines;
}

}  // namespace

std::string play_model(const std::string& content) {
  const std::size_t quality_at = content.find("quality "), line = content.find('\n');
  if (quality_at == std::string::npos || line == std::string::npos) return "?";
  const int quality = std::atoi(content.c_str() + quality_at + 8);
  std::string input = content.substr(line + 1);
  if (sha256(input)[0] % 100 >= quality) return "?";
  std::transform(input.begin(), input.end(), input.begin(), [](char c) { return std::toupper(c); });
  return input;
}

TaskTest::TaskTest()
    : server_([this](const ServerRequest& request) {
        if (std::optional<ServerReply> reply = fault_for(request)) return *reply;
        static const ScriptedServer::Handler model =
            answer_chat([](const auto& messages) { return play_model(messages.back().content); });
        ServerReply reply = model(request);
        const std::lock_guard lock(fault_mutex_);
        if (delay_) reply.delay = delay_(request);
        return reply;
      }) {
  dir_.write("dev.jsonl", examples("word", kDev));
  dir_.write("test.jsonl", examples("term", kTest));
  dir_.write("candidates.txt", candidates());
  task_ = {
      {"name", "shout"},
      {"data", {{"dev", "dev.jsonl"}, {"test", "test.jsonl"}}},
      {"prompt", {{"template", "{{instruction}}\n{{input}}"}, {"baseline", "quality 50 baseline"}}},
      {"metric", {{"normalize", json::array()}}},
      {"candidates", {{"file", "candidates.txt"}}},
      {"llm", {{"base_url", server_.url() + "/v1"}, {"model", "toy"}, {"max_tokens", 16}}},
      {"optimizer", {{"method", "random"}, {"initial", 3}}},
      {"evaluation", {{"examples", 10}}},
      {"budget", {{"evaluations", 8}}}};
  write_task();
}

void TaskTest::on_request(std::function<std::optional<ServerReply>(const ServerRequest&)> fault) {
  const std::lock_guard lock(fault_mutex_);
  fault_ = std::move(fault);
}

void TaskTest::write_train() { dir_.write("train.jsonl", examples("train", kTrain)); }

bool TaskTest::is_meta(const ServerRequest& request) {
  return request.body.find("You write prompts for language models") != std::string::npos;
}

void TaskTest::write_with(std::function<std::string(const std::string&)> write) {
  on_request(
      [write = std::move(write)](const ServerRequest& request) -> std::optional<ServerReply> {
        if (!is_meta(request)) return std::nullopt;
        return ServerReply{.body = chat_completion(write(request.body))};
      });
}

void TaskTest::delay_replies(std::function<std::chrono::milliseconds(const ServerRequest&)> delay) {
  const std::lock_guard lock(fault_mutex_);
  delay_ = std::move(delay);
}

std::optional<ServerReply> TaskTest::fault_for(const ServerRequest& request) {
  const std::lock_guard lock(fault_mutex_);
  return fault_ ? fault_(request) : std::nullopt;
}

void TaskTest::write_task(const json& changes) {
  task_.merge_patch(changes);
  dir_.write("task.json", task_.dump(2));
}

Finished TaskTest::zopo(std::vector<std::string> args,
                        std::map<std::string, std::string> environment) const {
  environment.insert({"no_proxy", "127.0.0.1"});
  Finished finished = Program(std::move(args), std::move(environment), dir_.path()).wait();
  server_.settle();
  return finished;
}

Finished TaskTest::optimize(std::vector<std::string> args) const {
  args.insert(args.begin(), {"optimize", "--task", "task.json"});
  return zopo(std::move(args));
}

Finished TaskTest::evaluate_best(std::vector<std::string> args) const {
  args.insert(args.begin(), {"evaluate", "--task", "task.json", "--prompt", "quality 100 a"});
  return zopo(std::move(args));
}

std::filesystem::path TaskTest::run_dir() const {
  std::vector<std::filesystem::path> runs;
  for (const auto& entry : std::filesystem::directory_iterator(dir_ / "runs"))
    runs.push_back(entry.path());
  return runs.empty() ? std::filesystem::path() : *std::max_element(runs.begin(), runs.end());
}

std::string TaskTest::file_in(const std::string& runs, const std::string& name) const {
  std::ifstream in(std::filesystem::directory_iterator(dir_ / runs)->path() / name,
                   std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string TaskTest::file(const std::string& name) const {
  std::ifstream in(run_dir() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<json> TaskTest::json_lines(const std::string& name) const {
  std::ifstream in(run_dir() / name);
  std::vector<json> all;
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
  return all;
}

}  // namespace zopo::test
