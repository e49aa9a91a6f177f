#include "llm/event_stream.h"

#include <gtest/gtest.h>

#include "zopo/llm/anthropic.h"
#include "zopo/llm/gemini.h"
#include "zopo/llm/openai.h"
#include "zopo/llm/openai_responses.h"

namespace zopo::llm {
namespace {

std::string stream_of(const std::vector<std::string>& events) {
  std::string body;
  for (const std::string& event : events) body += "data: " + event + "\n\n";
  return body;
}

TEST(EventStream, ChunksOfAChatCompletionBecomeOneReply) {
  const ChatReply reply = parse_openai_chat(
      200, {},
      ": keep-alive\n\n" +
          stream_of(
              {R"({"model":"m","choices":[{"delta":{"role":"assistant","content":""}}]})",
               R"({"model":"m","choices":[{"delta":{"content":"Hel"},"finish_reason":null}]})",
               R"({"choices":[{"delta":{"content":"lo"},"finish_reason":"length"}]})",
               R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}})", "[DONE]"}));
  EXPECT_EQ(reply.state, ReplyState::truncated);
  EXPECT_EQ(reply.text, "Hello");
  EXPECT_EQ(reply.model, "m");
  EXPECT_EQ(reply.usage, (Usage{.prompt_tokens = 7, .completion_tokens = 2}));
}

TEST(EventStream, LinesMayEndInCarriageReturnsAndFollowWithoutAnEmptyOne) {
  const ChatReply reply =
      parse_openai_chat(200, {},
                        "data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n"
                        "data:{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":"
                        "\"stop\"}]}\r\ndata:[DONE]\r\n");
  EXPECT_EQ(reply.text, "ab");
}

TEST(EventStream, AStreamThatBreaksOffIsAskedForAgain) {
  const ChatReply reply =
      parse_openai_chat(200, {}, stream_of({R"({"choices":[{"delta":{"content":"Hel"}}]})"}));
  EXPECT_EQ(reply.state, ReplyState::error);
  EXPECT_EQ(reply.error.kind, ErrorKind::network);
}

TEST(EventStream, AnErrorAmongTheEventsIsTheReply) {
  const ChatReply reply = parse_openai_chat(
      200, {},
      stream_of({R"({"choices":[{"delta":{"content":"Hel"}}]})",
                 R"({"error":{"message":"context length exceeded","code":400}})"}));
  EXPECT_EQ(reply.state, ReplyState::error);
  EXPECT_EQ(reply.error.kind, ErrorKind::api);
}

TEST(EventStream, AnthropicsEventsBecomeOneMessage) {
  const std::string body =
      "event: message_start\n" +
      stream_of(
          {R"({"type":"message_start","message":{"model":"c","content":[],"stop_reason":null,)"
           R"("usage":{"input_tokens":9,"output_tokens":1}}})",
           R"({"type":"content_block_start","content_block":{"type":"text","text":""}})",
           R"({"type":"ping"})",
           R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}})",
           R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":)"
           R"({"output_tokens":5}})",
           R"({"type":"message_stop"})"});
  const ChatReply reply = parse_anthropic(200, {}, body);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "Hi");
  EXPECT_EQ(reply.usage, (Usage{.prompt_tokens = 9, .completion_tokens = 5}));
}

TEST(EventStream, TheLastEventOfResponsesHasTheWholeOne) {
  const ChatReply reply = parse_openai_responses(
      200, {},
      stream_of({R"({"type":"response.created","response":{"status":"in_progress"}})",
                 R"({"type":"response.completed","response":{"status":"completed","output":)"
                 R"([{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}})"}));
  EXPECT_EQ(reply.text, "Hi");
}

TEST(EventStream, GeminisPartsFollowEachOther) {
  const ChatReply reply = parse_gemini(
      200, {},
      stream_of(
          {R"({"candidates":[{"content":{"parts":[{"text":"H"}]}}]})",
           R"({"candidates":[{"content":{"parts":[{"text":"i"}]},"finishReason":"STOP"}]})"}));
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "Hi");
}

TEST(EventStream, NothingButJsonIsNoStream) {
  EXPECT_FALSE(is_event_stream("{\"data:\": 1}"));
  EXPECT_FALSE(is_event_stream("<html>data:"));
  EXPECT_FALSE(is_event_stream(""));
  EXPECT_TRUE(is_event_stream("\n\ndata: {}"));
  EXPECT_TRUE(reply_json("data: nothing\n\n").is_discarded());
}

}  // namespace
}  // namespace zopo::llm
