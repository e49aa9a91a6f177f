#include "zopo/task/prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zopo/base/error.h"

namespace zopo::task {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const data::Example kCat{"cat", {"cats"}, {{"hint", "regular"}}};

std::string refusal(const std::string& content) {
  try {
    PromptTemplate({{"user", content}}, {"hint"});
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "accepted";
}

TEST(PromptTemplate, FillsEveryMessage) {
  const PromptTemplate prompt({{"system", "{{instruction}}"}, {"user", "{{ input }} ({{hint}}):"}},
                              {"hint"});
  const std::vector<llm::Message> filled = prompt.fill("Plural?", kCat);
  ASSERT_EQ(filled.size(), 2u);
  EXPECT_EQ(filled[0].content, "Plural?");
  EXPECT_EQ(filled[1].role, "user");
  EXPECT_EQ(filled[1].content, "cat (regular):");
}

TEST(PromptTemplate, DoesNotExpandInsertedText) {
  const PromptTemplate prompt({{"user", "{{instruction}}: {{input}}"}}, {});
  EXPECT_EQ(prompt.fill("Say {{input}}", kCat)[0].content, "Say {{input}}: cat");
}

TEST(PromptTemplate, RefusesWhatItCannotFill) {
  EXPECT_THAT(refusal("{{instruction}} {{imput}}"),
              HasSubstr("unknown placeholder {{imput}}. Did you mean \"input\"?"));
  EXPECT_THAT(refusal("{{input}}"), HasSubstr("no {{instruction}}"));
  EXPECT_THAT(refusal("{{instruction}}"), HasSubstr("no {{input}}"));
  EXPECT_EQ(refusal("{{instruction}} {{hint}}"), "accepted");
}

TEST(PromptTemplate, LeavesOtherBracesAlone) {
  const PromptTemplate prompt({{"user", "{{instruction}} {\"a\": {\"b\": 1}} {{input}} }} {{"}},
                              {});
  EXPECT_EQ(prompt.fill("I", kCat)[0].content, "I {\"a\": {\"b\": 1}} cat }} {{");
}

TEST(PromptTemplate, WritesDoubleBracesWhereTheyAreQuoted) {
  const PromptTemplate prompt({{"user", "{{instruction}} {{ \"{{\" }}x}} {{'{{'}} {{input}}"}}, {});
  EXPECT_EQ(prompt.fill("Say", kCat)[0].content, "Say {{x}} {{ cat");
}

TEST(CommonFields, AreThoseOfAllExamples) {
  EXPECT_THAT(common_fields({{"a", {"b"}, {{"x", "1"}, {"y", "2"}}}, {"a", {"b"}, {{"y", "3"}}}}),
              ElementsAre("y"));
  EXPECT_TRUE(common_fields({}).empty());
}

}  // namespace
}  // namespace zopo::task
