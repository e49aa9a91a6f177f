#include "zopo/llm/exec.h"

#include "tests/llm/reply_cases.h"

namespace zopo::llm {
namespace {

const char* const kExecAnswer =
    R"({"text":"cats","finish_reason":"stop","model":"m-1","usage":{"prompt_tokens":9,)"
    R"("completion_tokens":2}})";

TEST(ExecReply, AnswerWithUsage) {
  const ChatReply reply = parse_exec_chat(200, {}, kExecAnswer);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "cats");
  EXPECT_EQ(reply.model, "m-1");
  EXPECT_EQ(reply.usage, (Usage{9, 2, 0, 0}));
}

TEST(ExecReply, StateFollowsTextAndFinishReason) {
  using enum ReplyState;
  expect_states(parse_exec_chat,
                {{"only text", R"({"text":"a"})", ok, "a"},
                 {"no error", R"({"text":"a","error":null})", ok, "a"},
                 {"cut", R"({"text":"a","finish_reason":"length"})", truncated, "a"},
                 {"empty", R"({"text":" \n"})", truncated, ""},
                 {"filtered", R"({"text":"","finish_reason":"content_filter"})", error, ""}});
}

TEST(ExecReply, WhatIsNoAnswerIsAnError) {
  using enum ErrorKind;
  expect_faults(parse_exec_chat,
                {{200, R"({"error":"too long"})", api, "too long"},
                 {200, R"({"error":{"message":"bad"}})", api, "bad"},
                 {200, R"({"error":{"retry":true}})", network, "retry"},
                 {200, R"({"error":{"message":"busy","retry":true}})", network, "busy"},
                 {200, R"({"error":false,"text":"a"})", api, "false"},
                 {200, "Traceback (most recent call last):", network, "Traceback"},
                 {200, "", network, "no JSON"},
                 {200, "[]", network, "no JSON"},
                 {200, R"({"text":5})", network, "no JSON"},
                 {200, R"("cats")", network, "no JSON"}});
}

TEST(ExecReply, CutAnywhereItIsNoAnswer) {
  expect_no_answer_from_any_beginning_of(parse_exec_chat, kExecAnswer);
}

}  // namespace
}  // namespace zopo::llm
