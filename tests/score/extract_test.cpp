#include "zopo/score/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/failure.h"

namespace zopo::score {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;

std::string extracted(const std::vector<std::string>& steps, const std::string& reply) {
  return Extractor(steps)(reply);
}

struct ExtractCase {
  const char* step;
  const char* reply;
  const char* answer;
};

const ExtractCase kExtractCases[] = {
    {"strip_think", "<think>so 5?</think>\n4", "\n4"},
    {"strip_think", "4", "4"},
    {"strip_think", "a<think>b</think>c<think>d</think>e", "ace"},
    {"strip_think", "a<think>b<think>c</think>d</think>e", "ae"},
    {"strip_think", "the template opened it</think>4", "4"},
    {"strip_think", "4<think>cut off", "4"},
    {"strip_think", "<think></think>", ""},
    {"strip_think", "<thinking>so</thinking>4", "4"},
    {"strip_think", "<reasoning>a < b</reasoning>\n4", "\n4"},
    {"strip_think", "<seed:think>so</seed:think>4", "4"},
    {"strip_think", "[THINK]x[0][/THINK]4", "4"},
    {"strip_think", "\u25c1think\u25b7so\u25c1/think\u25b74", "4"},
    {"strip_think", "<|START_THINKING|>so<|END_THINKING|>4", "4"},
    {"strip_think",
     "<|channel|>analysis<|message|>so<|end|><|start|>assistant<|channel|>final<|message|>4", "4"},
    {"strip_think", "<think>a</thinking>b</think>4", "4"},
    {"strip_think", "[1] <b>4</b>", "[1] <b>4</b>"},
    {"first_line", "\n\n  cat \ndog", "cat"},
    {"first_line", "cat\r\ndog", "cat"},
    {"first_line", "", ""},
    {"first_line", "cat", "cat"},
    {"last_line", "cat\n dog \n\n", "dog"},
    {"last_line", "cat", "cat"},
    {"last_line", " \n ", ""},
    {"after:Answer:", "Answer: no\nAnswer: yes ", "yes"},
    {"after:Answer:", "yes", ""},
    {"after:=", "1+1 = 2", "2"},
    {"after:Answer:", "Answer:", ""},
    {"last_number", "first 3 then 1,234.50 apples.", "1234.50"},
    {"last_number", "none", ""},
    {"last_number", "x = -3", "-3"},
    {"boxed", "so \\boxed{42}.", "42"},
    {"boxed", "\\boxed{1} and \\boxed{ 2 }", "2"},
    {"boxed", "\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"},
    {"boxed", "\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"},
    {"boxed", "\\boxed{1", ""},
    {"boxed", "42", ""},
    {"boxed", "\\boxed{", ""},
    {"boxed", "\\boxed{\\", ""},
    {"regex:[0-9]+", "a 12 b 34", "12"},
    {"regex:is ([a-z]+)", "it is blue", "blue"},
    {"regex:(x)?y", "zy", ""},
    {"regex:^z", "az", ""},
    {"regex:a:(.)", "a:b", "b"},
    {"json:/answer", "{\"answer\": \"yes\"}", "yes"},
    {"json:/answer/1", "{\"answer\": [1, 2.5]}", "2.5"},
    {"json:/answer", "Here:\n```json\n{\"answer\": {\"a\": null}}\n```\nbye", "{\"a\":null}"},
    {"json:/answer", "Sure: {\"answer\": true}. Anything else?", "true"},
    {"json:/answer", "{\"other\": 1}", ""},
    {"json:/answer", "no json", ""},
    {"json:/0", "the list is [\"a\", \"b\"]", "a"},
    {"json:", " {\"a\":1} ", "{\"a\":1}"},
};

TEST(Extractor, EachStepTakesItsPartOfTheReply) {
  for (const ExtractCase& row : kExtractCases) {
    EXPECT_EQ(extracted({row.step}, row.reply), row.answer) << row.step << ": " << row.reply;
  }
}

// The answers' own form is "#### 18"; models write more freely. The official extraction takes the
// first "#### " and drops commas; what it calls invalid falls back on the last number.
const ExtractCase kGsm8k[] = {
    {"", "She makes 9 * 2 = $<<9*2=18>>18 every day.\n#### 18", "18"},
    {"", "#### 1,234", "1234"},
    {"", "#### -5", "-5"},
    {"", "#### 3.50", "3.50"},
    {"", "####18", "18"},
    {"", "####  $18.", "18"},
    {"", "#### The answer is 18 dollars.", "18"},
    {"", "#### 18\n\nQuestion: next\n#### 99", "18"},
    {"", "#### unknown\nso 7 or 8", "8"},
    {"", "The answer is 18.", "18"},
    {"", "It costs $1,234.56 in total", "1234.56"},
    {"", "2 + 2 = 4", "4"},
    {"", "10 apples and 5 pears, so 15.", "15"},
    {"", "no idea", ""},
    {"", "", ""},
    {"", "####", ""},
    {"", "#### ", ""},
    {"", "5 ####", "5"},
    {"", "12%", "12"},
    {"", "**18**", "18"},
    {"", "$\\boxed{18}$", "18"},
    {"", "18 - 3", "3"},
    {"", "between 3-5", "5"},
    {"", "1/2", "2"},
    {"", "10:30", "30"},
    {"", "#### 2,125", "2125"},
    {"", "#### 1,000,000", "1000000"},
    {"", "#### 0", "0"},
    {"", "#### -1,200.5", "-1200.5"},
    {"", "#### 18 #### 19", "18"},
};

TEST(Extractor, Gsm8kTakesTheNumberAfterTheMarkElseTheLastOne) {
  for (const ExtractCase& row : kGsm8k) {
    EXPECT_EQ(extracted({"gsm8k"}, row.reply), row.answer) << row.reply;
  }
}

TEST(Extractor, StepsApplyInOrder) {
  EXPECT_EQ(extracted({"strip_think", "after:Answer:", "first_line", "last_number"},
                      "<think>Answer: 1</think>Answer: it is 2\nnot 3"),
            "2");
  EXPECT_EQ(extracted({}, " as it is "), " as it is ");
}

TEST(Extractor, AnUnknownStepOrABadPatternIsRefused) {
  const auto failure = [](const char* step) { return failure_of([&] { extracted({step}, ""); }); };
  EXPECT_THAT(failure("frist_line"),
              FailsWith(ErrorKind::config, HasSubstr("Did you mean \"first_line\"?")));
  EXPECT_THAT(failure("after"), FailsWith(ErrorKind::config, HasSubstr("after:MARKER")));
  EXPECT_THAT(failure("after:"), FailsWith(ErrorKind::config, HasSubstr("after:MARKER")));
  EXPECT_THAT(failure("regex:("), FailsWith(ErrorKind::config, HasSubstr("missing )")));
  EXPECT_THAT(failure("regex:(?=x)"), FailsWith(ErrorKind::config, HasSubstr("RE2")));
  EXPECT_THAT(failure("json:answer"), FailsWith(ErrorKind::config, HasSubstr("json:/answer")));
}

TEST(Extractor, HostileRepliesNeitherCrashNorTakeLong) {
  std::string boxes, thinks;
  while (boxes.size() < 1'000'000) boxes += "\\boxed{";
  while (thinks.size() < 1'000'000) thinks += "<think>";
  const std::string replies[] = {std::string(1'000'000, '{'),
                                 std::string(10'000, '[') + std::string(10'000, ']'),
                                 std::string(1'000'000, '\0'),
                                 std::string(1'000'000, '\xff'),
                                 std::string(1'000'000, '\n'),
                                 std::string(1'000'000, '1'),
                                 boxes,
                                 thinks,
                                 "{\"answer\": \"\xff\"}"};
  for (const std::string& reply : replies) {
    for (const char* step : {"strip_think", "first_line", "last_line", "after:x", "last_number",
                             "gsm8k", "boxed", "regex:(a|b)*c", "json:/answer"}) {
      EXPECT_LE(extracted({step}, reply).size(), reply.size());
    }
  }
}

}  // namespace
}  // namespace zopo::score
