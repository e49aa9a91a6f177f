// What `zopo validate` says of the data that people have, and how these are scored.
#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class YourData : public TaskTest {
 protected:
  // A task of nothing but a file of dev examples, so that all else is as by default.
  void task_of(const std::string& name,
               const std::string& text,
               const json& changes = json::object()) {
    dir_.write(name, text);
    write_task({{"data", {{"dev", name}, {"test", nullptr}}},
                {"metric", nullptr},
                {"evaluation", nullptr},
                {"budget", nullptr}});
    write_task(changes);
  }
  Finished validate(std::vector<std::string> args = {}) const {
    args.insert(args.begin(), {"validate", "--task", "task.json"});
    return zopo(std::move(args));
  }
  // Of the model's answers, which are given in the order of the examples: "q0", "q1" in the input.
  double score_of(const std::vector<std::string>& answers, std::vector<std::string> args = {}) {
    const auto model = answer_chat([answers](const auto& messages) {
      const std::string& content = messages.back().content;
      return answers.at(std::stoul(content.substr(content.rfind("\nq") + 2)));
    });
    on_request([model](const ServerRequest& request) { return model(request); });
    args.insert(args.begin(), {"evaluate", "--task", "task.json", "--prompt", "Go.", "--format",
                               "json", "--set", "evaluation.all_wrong=score", "--output-dir",
                               "e" + std::to_string(++evaluations_)});
    const Finished run = zopo(args);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    warnings_ = run.err;
    return json::parse(run.out)["prompts"][0]["score"].get<double>();
  }

  std::string warnings_;

 private:
  int evaluations_ = 0;
};

TEST_F(YourData, ValidateSaysWhatItUnderstood) {
  task_of("d.json", R"({"data": [{"question": "big?", "choices": ["yes", "no"], "answer": 1},
                                 {"question": "red?", "choices": ["yes", "no"], "answer": 0}]})");
  const Finished text = validate();
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(
      text.out,
      AllOf(HasSubstr("data        a JSON list, under \"data\"; input: question + choices as "
                      "lettered lines; output: answer (a letter)\n"),
            HasSubstr("outputs     one of 2 labels: A (1), B (1); metric exact_match\n"),
            HasSubstr("  user:\n  | quality 50 baseline\n  | big?\n  | A. yes\n  | B. no\n"),
            HasSubstr("  expected: B | or | no\n")));
  const json made = json::parse(validate({"--format", "json"}).out)["data"];
  EXPECT_EQ(made["metric"], "exact_match");
  EXPECT_EQ(made["first"]["references"], json({"B", "no"}));
  EXPECT_EQ(made["first"]["messages"][0]["content"], "quality 50 baseline\nbig?\nA. yes\nB. no");
}

TEST_F(YourData, AFieldThatNoMessageShowsIsNamed) {
  task_of("d.jsonl", R"({"input": "a", "output": "b", "tone": "dry", "id": 7})"
                     "\n");
  EXPECT_THAT(validate().err, HasSubstr("no message shows the fields id, tone of the data"));
  EXPECT_THAT(
      validate({"--set", "prompt.template=\"{{instruction}} {{tone}} {{id}} {{input}}\""}).err,
      Not(HasSubstr("no message shows")));
}

TEST_F(YourData, AnInstructionBesideAnInputIsPartOfTheQuestion) {
  task_of("d.json", R"([{"instruction": "Name the colour.", "input": "", "output": "red"},
                        {"instruction": "Translate.", "input": "hola", "output": "hello"}])");
  const Finished run = validate();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("  | Name the colour.\n"));
  // But for the one that two dev examples are few.
  EXPECT_THAT(run.err, HasSubstr("warning: dev has 2 example(s)"));
  EXPECT_EQ(run.err.find("warning", run.err.find("dev has 2")), std::string::npos) << run.err;
}

TEST_F(YourData, WhatIsEmptyIsRefusedWithItsLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"input": "a", "output": "b"})"
       "\n"
       R"({"input": "c", "output": " "})"
       "\n",
       "d.jsonl:2: example 2 of dev (\"c\"): an expected output is empty"},
      {R"({"input": "a", "output": "b"})"
       "\n"
       R"({"input": "", "output": "d"})"
       "\n",
       "d.jsonl:2: the input (input) is empty"},
      {R"({"input": "a", "output": null})"
       "\n",
       "d.jsonl:1: the field \"output\" is null"},
      {R"({"input": "a", "output": "b", "context": "c"})"
       "\n"
       R"({"input": "d", "output": "e"})"
       "\n",
       "d.jsonl:2: no field \"context\", which the prompt shows and other records have"}};
  for (const auto& [text, words] : wrong) {
    task_of("d.jsonl", text);
    const Finished run =
        validate({"--set", std::string(words).find("context") == std::string::npos
                               ? "prompt.template=\"{{instruction}} {{input}}\""
                               : "prompt.template=\"{{instruction}} {{context}} {{input}}\""});
    EXPECT_EQ(run.exit_code, 2) << text;
    EXPECT_THAT(run.err, HasSubstr(words));
  }
  for (const char* metric : {"contains", "f1", "exact_set", "exact_match"}) {
    task_of("d.jsonl", "{\"input\": \"a\", \"output\": \"\"}\n", {{"metric", {{"name", metric}}}});
    EXPECT_THAT(validate().err, HasSubstr("an expected output is empty")) << metric;
  }
}

TEST_F(YourData, TheSameQuestionOverAnotherFieldIsAnotherExample) {
  const json shows_the_review = {
      {"prompt", {{"template", "{{instruction}}\n{{review}}\n{{input}}"}}}};
  std::string lines;
  for (int i = 0; i < 8; ++i)
    lines += json{{"review", "review " + std::to_string(i)},
                  {"question", "Is it good?"},
                  {"answer", i % 2 == 0 ? "yes" : "no"}}
                 .dump() +
             "\n";
  task_of("all.jsonl", lines, shows_the_review);
  dir_.write("other.jsonl", R"({"review": "review 8", "question": "Is it good?", "answer": "no"})"
                            "\n");
  EXPECT_EQ(validate({"--set", "data.test=other.jsonl"}).exit_code, 0);
  const json split = {{"data",
                       {{"dev", nullptr},
                        {"file", "all.jsonl"},
                        {"split", {{"dev", 4}, {"test", 4}, {"stratify", true}}}}}};
  json both = shows_the_review;
  both.update(split);
  task_of("all.jsonl", lines, both);
  const Finished run = validate();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("dev 4, test 4"));
  // Without the review they are one question.
  EXPECT_THAT(validate({"--set", "prompt.template=\"{{instruction}} {{input}}\""}).err,
              HasSubstr("examples of equal input stay on one side"));
}

TEST_F(YourData, PlaceholdersInPromptsAreNamedOrFilledIn) {
  task_of("d.jsonl", "{\"input\": \"a\", \"output\": \"b\"}\n",
          {{"candidates", {{"file", "c.txt"}}}, {"prompt", {{"baseline", nullptr}}}});
  dir_.write("c.txt", "Answer.\nAnswer to {{input}} now.\n");
  EXPECT_THAT(validate().err, HasSubstr("1 candidate(s) hold placeholders such as {{input}} "
                                        "(candidate 1), which are sent as they stand"));
  dir_.write("c.txt", "To {{input}} now.\n");
  const Finished run = validate(
      {"--set", "prompt.fill_candidates=true", "--set", "prompt.template=\"{{instruction}}\""});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("placeholders")));
  EXPECT_THAT(run.out, HasSubstr("  | To a now.\n"));
}

TEST_F(YourData, TwoFieldsThatThePromptShowsAreTheQuestion) {
  task_of("d.csv", "premise,hypothesis,label\na,b,x\nc,d,y\n",
          {{"prompt", {{"template", "{{instruction}}\n{{premise}}\n{{hypothesis}}"}}}});
  const Finished run = validate();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("  | quality 50 baseline\n  | a\n  | b\n"));
  // But for the one that two dev examples are few.
  EXPECT_THAT(run.err, HasSubstr("warning: dev has 2 example(s)"));
  EXPECT_EQ(run.err.find("warning", run.err.find("dev has 2")), std::string::npos) << run.err;
}

TEST_F(YourData, WholeNumbersAsLabelsAskForTheirNames) {
  task_of("d.csv", "text,label\na,0\nb,1\n");
  EXPECT_THAT(validate().err, HasSubstr("the labels are whole numbers"));
  const Finished run = validate({"--set", "data.labels=[\"bad\", \"good\"]"});
  EXPECT_THAT(run.err, Not(HasSubstr("the labels are whole numbers")));
  EXPECT_THAT(run.out, HasSubstr("  expected: bad\n"));
}

TEST_F(YourData, OutputsThatAreObjectsGoWithMetricJson) {
  task_of("d.jsonl", R"({"input": "a", "output": {"x": 1}})"
                     "\n");
  EXPECT_THAT(validate().out, HasSubstr("metric json\n"));
  EXPECT_THAT(validate({"--set", "metric.name=f1"}).err,
              HasSubstr("outputs are JSON objects, which metric f1 compares as text"));
}

TEST_F(YourData, SignsThatAreTheAnswerAreNotOneAnswer) {
  std::string lines;
  const std::vector<std::string> right = {"( ] )", "+", "<", "C#", ":)", "!", "its", "it's"};
  for (std::size_t i = 0; i < right.size(); ++i)
    lines += json{{"input", "q" + std::to_string(i)}, {"output", right[i]}}.dump() + "\n";
  task_of("d.jsonl", lines);
  EXPECT_EQ(score_of(right), 1);
  EXPECT_EQ(score_of({") ( ]", "-", ">", "C++", ":(", "?", "it's", "its"}), 0);
  EXPECT_THAT(warnings_, HasSubstr("normalisation would make references the same, such as"));
  EXPECT_EQ(warnings_.find("would make references"), warnings_.rfind("would make references"));
  for (const char* metric : {"contains", "f1", "exact_set"}) {
    EXPECT_EQ(score_of(std::vector<std::string>(right.size(), "no idea"),
                       {"--set", std::string("metric.name=") + metric}),
              0)
        << metric;
  }
}

TEST_F(YourData, StepsOfNormalisationThatTheTaskNamesAreKeptAndTheirMergersNamed) {
  task_of("d.jsonl",
          "{\"input\": \"q0\", \"output\": \"its\"}\n{\"input\": \"q1\", \"output\": \"it's\"}\n",
          {{"metric", {{"normalize", {"case", "punctuation"}}}}});
  EXPECT_EQ(score_of({"it's", "its"}), 1);
  EXPECT_THAT(warnings_, HasSubstr("metric.normalize makes references the same, such as"));
}

const char* const kAssertions = R"(- vars: {input: q0}
  assert: [{type: contains, value: Paris}]
- vars: {input: q1}
  assert: [{type: contains, value: Paris}]
- vars: {input: q2}
  assert: [{type: regex, value: '^Par'}]
)";

TEST_F(YourData, PromptfoosOwnAssertionsDecide) {
  task_of("t.yaml", kAssertions);
  EXPECT_THAT(validate().out,
              AllOf(HasSubstr("data        YAML; input: input; output: promptfoo's assertions\n"),
                    HasSubstr("metric promptfoo\n")));
  EXPECT_DOUBLE_EQ(score_of({"It is Paris.", "It is PARIS", "Parisian"}), 2.0 / 3);
}

TEST_F(YourData, PromptfoosOwnTestsGoBackToIt) {
  task_of("t.yaml", std::string(kAssertions) + "  threshold: 1\n");
  ASSERT_EQ(zopo({"optimize", "--task", "task.json", "--set", "evaluation.all_wrong=score", "--set",
                  "budget.evaluations=3"})
                .exit_code,
            0);
  const Finished run = zopo({"export", run_dir().string(), "--split", "dev"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json config = json::parse(run.out);
  EXPECT_FALSE(config.contains("defaultTest"));
  EXPECT_EQ(config["tests"][2], json({{"vars", {{"input", "q2"}}},
                                      {"assert", {{{"type", "regex"}, {"value", "^Par"}}}},
                                      {"threshold", 1}}));
}

TEST_F(YourData, AssertionsThatNeedAProgramAreRefusedByNameAndLine) {
  task_of("t.yaml",
          "- vars: {input: q0}\n  assert: [{type: equals, value: a}]\n"
          "- vars: {input: q1}\n  assert: [{type: javascript, value: 'output > 1'}]\n");
  const Finished run = validate();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("t.yaml:3: the assertion \"javascript\" cannot be decided"),
                             HasSubstr("metric")));
}

TEST_F(YourData, AnotherMetricOverAssertionsIsNamed) {
  task_of("t.yaml", kAssertions, {{"metric", {{"name", "f1"}}}});
  EXPECT_THAT(validate().err,
              HasSubstr("metric f1 compares with the values of promptfoo's assertions"));
}

TEST_F(YourData, NumbersAreSentAndComparedAsTheyAreWritten) {
  task_of("d.jsonl", "{\"input\": 1e5, \"output\": 12345678901234567890123}\n");
  const json first = json::parse(validate({"--format", "json"}).out)["data"]["first"];
  EXPECT_EQ(first["messages"][0]["content"], "quality 50 baseline\n1e5");
  EXPECT_EQ(first["references"], json({"12345678901234567890123"}));
}

TEST_F(YourData, AnotherKindOfFileNamesTheCommandThatConvertsIt) {
  task_of("d.parquet", "PAR1");
  const Finished run = validate();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("python3 -c \"import pandas"));
}

TEST_F(YourData, APromptsFileLosesItsMarkAndItsCarriageReturnsAndThisIsSaid) {
  task_of("d.jsonl", "{\"input\": \"q0\", \"output\": \"a\"}\n");
  dir_.write("p.txt",
             "\xEF\xBB\xBF"
             "Answer.\r\nShortly.\r\n");
  const Finished run =
      zopo({"evaluate", "--task", "task.json", "--prompt-file", "p.txt", "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["prompts"][0]["prompt"], "Answer.\nShortly.");
  EXPECT_THAT(run.err,
              HasSubstr("p.txt: sent without its byte order mark and its carriage returns"));
}

TEST_F(YourData, APromptsFileIsTheSameTextWhereverItIsNamed) {
  task_of("d.jsonl", "{\"input\": \"q0\", \"output\": \"a\"}\n",
          {{"prompt", {{"baseline", {{"file", "p.txt"}}}}}});
  dir_.write("p.txt",
             "\xEF\xBB\xBF"
             "Answer.\r\nShortly.\r\n");
  const Finished run = zopo({"evaluate", "--task", "task.json", "--baseline", "--prompt-file",
                             "p.txt", "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json result = json::parse(run.out);
  EXPECT_EQ(result["prompts"].size(), 2u);
  for (const json& prompt : result["prompts"]) EXPECT_EQ(prompt["prompt"], "Answer.\nShortly.");
}

}  // namespace
}  // namespace zopo::test
