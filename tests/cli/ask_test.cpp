// `zopo ask` and `zopo tell` on the built binary: a scorer outside drives the search.
#include <algorithm>
#include <set>

#include "tests/cli/task_fixture.h"
#include "zopo/base/text.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Ask : public TaskTest {
 protected:
  Ask() { write_task({{"optimizer", {{"method", "zopo"}}}, {"budget", {{"evaluations", 6}}}}); }

  std::vector<json> ask(const std::string& run, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"ask", run});
    last_ = zopo(more);
    EXPECT_EQ(last_.exit_code, 0) << last_.err;
    std::vector<json> questions;
    for (const std::string_view line : split_lines(last_.out))
      questions.push_back(json::parse(line));
    return questions;
  }
  // As the model of the fixture would be scored.
  static std::string score(const json& question) {
    const std::string reply = play_model(question["messages"].back()["content"]);
    return reply == question["references"][0] ? "1" : "0";
  }
  // Answers everything; every round in the order given or backwards, in one go or one by one.
  std::string play(const std::string& run, bool backwards) {
    std::string asked;
    for (auto questions = ask(run, {"--task", "task.json"}); !questions.empty();
         questions = ask(run)) {
      for (const json& question : questions) asked += question["id"].get<std::string>() + " ";
      if (backwards) std::reverse(questions.begin(), questions.end());
      std::vector<std::string> tell = {"tell", run};
      for (const json& question : questions) {
        tell.insert(tell.end(), {question["id"], score(question)});
        if (!backwards) continue;
        EXPECT_EQ(zopo(tell).exit_code, 0);
        tell = {"tell", run};
      }
      if (tell.size() > 2) {
        EXPECT_EQ(zopo(tell).exit_code, 0);
      }
    }
    return asked;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(dir_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Finished last_;
};

TEST_F(Ask, FindsTheTaskOfTheFolder) {
  EXPECT_FALSE(ask("found").empty());
  std::filesystem::remove(dir_ / "task.json");
  EXPECT_EQ(zopo({"ask", "lost"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "lost"));
}

TEST_F(Ask, DrivesAWholeSearchWithinItsBudgetAndSendsNothing) {
  const std::string asked = play("mine", false);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), ' '), 60);
  const std::vector<std::string> ids = split(asked, ' ');
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 61u) << "asked twice: " << asked;
  EXPECT_THAT(last_.last_line(), HasSubstr("60 scores told, 0 asked for"));
  EXPECT_THAT(read("mine/best_prompt.txt"), HasSubstr("quality "));
  EXPECT_EQ(server_.request_count(), 0);
  // The same search as one over the network.
  ASSERT_EQ(optimize().exit_code, 0);
  EXPECT_EQ(read("mine/best_prompt.txt"), file("best_prompt.txt"));
}

TEST_F(Ask, TheOrderOfTellingDoesNotMatter) {
  EXPECT_EQ(play("a", false), play("b", true));
  EXPECT_EQ(read("a/told.json"), read("b/told.json"));
  EXPECT_EQ(read("a/best_prompt.txt"), read("b/best_prompt.txt"));
}

TEST_F(Ask, AsksForTheSameUntilItIsTold) {
  const std::vector<json> first = ask("mine", {"--task", "task.json"});
  ASSERT_GT(first.size(), 1u);
  EXPECT_EQ(ask("mine"), first);
  const std::string id = first[0]["id"];
  ASSERT_EQ(zopo({"tell", "mine", id, "0.5"}).exit_code, 0);
  EXPECT_EQ(ask("mine").size(), first.size() - 1);
  EXPECT_EQ(zopo({"tell", "mine", id, "0.5"}).exit_code, 0) << "the same again changes nothing";
}

TEST_F(Ask, WrongScoresChangeNothing) {
  const std::string id = ask("mine", {"--task", "task.json"})[0]["id"];
  const struct {
    std::vector<std::string> pairs;
    const char* expected;
  } cases[] = {{{id, "2"}, "not from 0 to 1"},
               {{id, "nan"}, "not from 0 to 1"},
               {{id, "1", "999/0", "1"}, "is not asked for"},
               {{id}, "a SCORE for every ID"},
               {{id, "good"}, "good"}};
  for (const auto& wrong : cases) {
    std::vector<std::string> args = {"tell", "mine"};
    args.insert(args.end(), wrong.pairs.begin(), wrong.pairs.end());
    const Finished run = zopo(args);
    EXPECT_EQ(run.exit_code, 2) << wrong.expected;
    EXPECT_THAT(run.err, HasSubstr(wrong.expected));
  }
  EXPECT_FALSE(std::filesystem::exists(dir_ / "mine/told.json"));
  ASSERT_EQ(zopo({"tell", "mine", id, "1"}).exit_code, 0);
  EXPECT_THAT(zopo({"tell", "mine", id, "0"}).err, HasSubstr("A score stays"));
}

TEST_F(Ask, DamagedScoresAreRefusedAndKept) {
  ask("mine", {"--task", "task.json"});
  for (const char* damaged : {"", "[1]", "{\"0/0\": \"1\"}", "{\"0/0\": 2}"}) {
    dir_.write("mine/told.json", damaged);
    for (const auto& args :
         {std::vector<std::string>{"ask", "mine"}, {"tell", "mine", "0/0", "1"}}) {
      const Finished run = zopo(args);
      EXPECT_EQ(run.exit_code, 2);
      EXPECT_THAT(run.err, HasSubstr("told.json: no object of scores by id"));
    }
    EXPECT_EQ(read("mine/told.json"), damaged);
  }
}

TEST_F(Ask, ChangedTasksAndForeignRunsAreRefused) {
  ask("mine", {"--task", "task.json"});
  EXPECT_EQ(zopo({"ask", "mine", "--task", "task.json", "--set", "optimizer.seed=7"}).exit_code, 2);
  EXPECT_EQ(zopo({"tell", "nowhere", "0/0", "1"}).exit_code, 2);
  ASSERT_EQ(optimize().exit_code, 0);
  EXPECT_EQ(zopo({"ask", run_dir().string()}).exit_code, 2);
  write_task({{"candidates", nullptr}});
  EXPECT_THAT(zopo({"ask", "new", "--task", "task.json"}).err, HasSubstr("zopo generate"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "new"));
}

}  // namespace
}  // namespace zopo::test
