#pragma once
// A task without candidates, whose model also writes them.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/base/hash.h"

namespace zopo::test {

// The model of TaskTest also writes instructions: "quality 70 please" with a number that depends on
// the request.
class Generate : public TaskTest {
 protected:
  Generate() {
    write_train();
    task_.erase("candidates");
    write_task({{"data", {{"train", "train.jsonl"}}}});
    write_until(-1);
  }

  static std::string instruction(const std::string& request) {
    static const char* const kStyles[] = {"please", "now", "with care", "in one word"};
    const Sha256 hash = sha256(request);
    return "It has to do with words.\n<prompt>\nquality " + std::to_string(hash[0] % 100) + " " +
           kStyles[hash[1] % 4] + " " + std::string(1, static_cast<char>('a' + hash[2] % 26)) +
           "\n</prompt>";
  }
  // The key expires after so many requests; never when negative.
  void write_until(std::int64_t end) {
    on_request([end](const ServerRequest& request) -> std::optional<ServerReply> {
      if (end >= 0 && request.number >= end)
        return ServerReply{.status = 401, .body = R"({"error": {"message": "key expired"}})"};
      if (!is_meta(request)) return std::nullopt;
      return ServerReply{.body = chat_completion(instruction(request.body))};
    });
  }

  Finished generate(std::vector<std::string> args = {}) const {
    args.insert(args.begin(), {"generate", "--task", "task.json"});
    return zopo(std::move(args));
  }
  std::vector<std::string> lines(const std::string& name) const {
    std::ifstream in(dir_ / name);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  std::int64_t meta_requests() const {
    const std::vector<ServerRequest> all = server_.requests();
    return std::count_if(all.begin(), all.end(), is_meta);
  }
};

}  // namespace zopo::test
