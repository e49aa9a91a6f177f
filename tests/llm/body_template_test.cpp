#include "llm/body_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "llm/chat_format.h"

namespace zopo::llm {
namespace {

ChatRequest conversation(const std::string& system, const std::string& user) {
  return {.messages = {
              {"system", system}, {"user", user}, {"assistant", "so " + user}, {"user", "and"}}};
}

BodyTemplate::Write writer(const ChatFormat& format, const ChatSettings& settings) {
  return [&format, settings](const ChatRequest& request) { return format.body(request, settings); };
}

TEST(BodyTemplate, BytesAreThoseOfEveryFormat) {
  const ChatSettings settings{
      .model = "m", .temperature = 0.1, .max_tokens = 8, .extra = {{"z", {{"a", "\u00e9"}}}}};
  for (const ChatFormat& format : chat_formats()) {
    const BodyTemplate::Write write = writer(format, settings);
    const BodyTemplate bodies(conversation("a", "b"), write);
    for (const char* const text :
         {"plain", "\"quoted\"\\\n\t\b\f\r", "\x01\x1f\x7f", "\u00e9\u4e2d\U0001f600",
          "cut \xe4\xb8", "\xff\xc0\x80", "@zopo:0@@zopo:1@", " "}) {
      for (const ChatRequest& request :
           {conversation("a", text), conversation(text, "b"), conversation(text, text)}) {
        EXPECT_EQ(bodies.fill(request), write(request)) << format.name << ": " << text;
      }
    }
  }
}

TEST(BodyTemplate, OtherRolesAndEmptyMessagesDoNotFit) {
  const BodyTemplate::Write write = writer(chat_format("anthropic"), {.model = "m"});
  const BodyTemplate bodies(conversation("a", "b"), write);
  EXPECT_EQ(bodies.fill({.messages = {{"user", "b"}}}), std::nullopt);
  EXPECT_EQ(bodies.fill({.messages = {}}), std::nullopt);
  EXPECT_EQ(bodies.fill(conversation("", "b")), std::nullopt);  // no "system" in that body
  ChatRequest other = conversation("a", "b");
  other.messages[0].role = "user";
  EXPECT_EQ(bodies.fill(other), std::nullopt);
}

TEST(BodyTemplate, AMarkInTheSettingsMakesItUnusable) {
  const BodyTemplate::Write write = writer(chat_format("openai"), {.model = "@zopo:1@"});
  EXPECT_EQ(BodyTemplate(conversation("a", "b"), write).fill(conversation("a", "b")), std::nullopt);
}

}  // namespace
}  // namespace zopo::llm
