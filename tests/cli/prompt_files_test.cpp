// Prompts of several sections from files: byte for byte from the file to the request and back.
#include <algorithm>
#include <cctype>
#include <mutex>
#include <set>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kMine = "- Answer in one word.\n\n1. {\"braces\": [1]}\n   indented\t";
const std::string kBetter =
    "\n## Rules\r\n\n* Shout: \xe2\x80\x9cHELLO\xe2\x80\x9d\n```\n{{input}} x\n```\n";

class PromptFiles : public TaskTest {
 protected:
  PromptFiles() {
    std::filesystem::create_directories(dir_ / "prompts");
    dir_.write("mine.md", kMine + "\n");
    dir_.write("prompts/a.md", "Say nothing.\n");
    dir_.write("prompts/b.md", kBetter + "\n");
    dir_.write("system.md",
               "# Role\r\nYou help.\n\n## Task\n{{instruction}}\n\n{{ \"{{\" }}name}}\n");
    write_task({{"prompt",
                 {{"template", nullptr},
                  {"baseline", {{"file", "mine.md"}}},
                  {"messages",
                   {{{"role", "system"}, {"content", {{"file", "system.md"}}}},
                    {{"role", "user"}, {"content", "{{input}}"}}}}}},
                {"candidates", {{"file", {"prompts/*.md"}}}},
                {"optimizer", {{"initial", 3}}}});
    on_request([this](const ServerRequest& request) -> std::optional<ServerReply> {
      const json messages = json::parse(request.body)["messages"];
      const std::string system = messages[0]["content"];
      const std::lock_guard lock(mutex_);
      systems_.insert(system);
      if (system != filled(kBetter)) return ServerReply{.body = chat_completion("?")};
      std::string input = messages[1]["content"];
      std::transform(input.begin(), input.end(), input.begin(),
                     [](char c) { return std::toupper(c); });
      return ServerReply{.body = chat_completion(input)};
    });
  }
  static std::string filled(const std::string& instruction) {
    return "# Role\r\nYou help.\n\n## Task\n" + instruction + "\n\n{{name}}";
  }

  std::mutex mutex_;
  std::set<std::string> systems_;
};

TEST_F(PromptFiles, ArriveByteForByteAndComeBackSo) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(systems_, (std::set{filled(kMine), filled("Say nothing."), filled(kBetter)}));
  EXPECT_EQ(result()["best"]["prompt"], kBetter);
  EXPECT_EQ(result()["baseline"]["prompt"], kMine);
  EXPECT_EQ(run.out, kBetter + "\n");
  EXPECT_EQ(file("best_prompt.txt"), kBetter + "\n");
  const Finished again =
      zopo({"evaluate", "--run", run_dir().string(), "--split", "test", "--format", "json"});
  EXPECT_EQ(json::parse(again.out)["prompts"][0]["prompt"], kBetter);
  EXPECT_EQ(json::parse(again.out)["prompts"][0]["score"], 1.0) << again.err;
}

TEST_F(PromptFiles, AMissingOneIsNamedBeforeAnythingIsAsked) {
  write_task({{"prompt", {{"baseline", {{"file", "gone.md"}}}}}});
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("gone.md"));
  write_task({{"prompt", {{"baseline", {{"path", "mine.md"}}}}}});
  EXPECT_THAT(optimize().err, HasSubstr("/prompt/baseline"));
  write_task({{"prompt", {{"baseline", "x"}}}, {"candidates", {{"file", "prompts/*.prompt"}}}});
  EXPECT_THAT(optimize().err, HasSubstr("no file matches"));
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(PromptFiles, ATxtThatIsOnePromptIsRefusedWithWhatToDo) {
  dir_.write("candidates.txt", "# Role\nYou help.\n\n- Be brief.\n");
  write_task({{"candidates", {{"file", "candidates.txt"}}}});
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("candidates.txt:1"));
  EXPECT_THAT(run.err, HasSubstr("prompts/*.md"));
}

}  // namespace
}  // namespace zopo::test
