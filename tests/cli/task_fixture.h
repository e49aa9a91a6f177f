#pragma once
// A whole small task in a temporary directory, with a loopback server that plays the model: an
// instruction "quality 70 .." makes it answer right on 70 of 100 inputs, always the same ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/cli/program.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace zopo::test {

// What the model says to the content of a message: "quality 70 please\nword7" -> "WORD7", or "?"
// for the inputs that a prompt of this quality gets wrong.
std::string play_model(const std::string& content);

class TaskTest : public testing::Test {
 protected:
  TaskTest();

  // Writes task.json with the server's address filled in.
  void write_task(const nlohmann::json& changes = nlohmann::json::object());
  // Holds the model's replies back.
  void delay_replies(std::function<std::chrono::milliseconds(const ServerRequest&)> delay);
  // train.jsonl: train0 .. train11.
  void write_train();
  // Does it ask for new prompts?
  static bool is_meta(const ServerRequest& request);
  // To such requests the model says what write() makes of their body.
  void write_with(std::function<std::string(const std::string&)> write);
  // Puts faults in front of the model: a reply here is sent instead of the model's.
  void on_request(std::function<std::optional<ServerReply>(const ServerRequest&)> fault);

  Finished zopo(std::vector<std::string> args,
                std::map<std::string, std::string> environment = {}) const;
  // `zopo optimize --task task.json args..`
  Finished optimize(std::vector<std::string> args = {}) const;
  // `zopo evaluate --task task.json args..` of a prompt that the model answers right throughout
  Finished evaluate_best(std::vector<std::string> args = {}) const;
  // The only run directory below runs/, or the newest one.
  std::filesystem::path run_dir() const;
  std::string file(const std::string& name) const;  // of the run
  // Of the only run below a directory of runs.
  std::string file_in(const std::string& runs, const std::string& name) const;
  std::vector<nlohmann::json> json_lines(const std::string& name) const;  // of a file of the run
  nlohmann::json result() const { return nlohmann::json::parse(file("result.json")); }

  TempDir dir_;
  nlohmann::json task_;

 private:
  std::optional<ServerReply> fault_for(const ServerRequest& request);

  std::mutex fault_mutex_;
  std::function<std::optional<ServerReply>(const ServerRequest&)> fault_;
  std::function<std::chrono::milliseconds(const ServerRequest&)> delay_;

 protected:
  ScriptedServer server_;
};

}  // namespace zopo::test
