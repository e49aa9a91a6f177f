#pragma once
// Tables that every provider's reply parser is held against: what came, and what it means.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

using ParseReply = ChatReply (*)(int status, const http::Headers& headers, const std::string& body);

struct StateCase {
  const char* what;
  std::string body;  // of a reply of status 200
  ReplyState state;
  std::string text;
};

inline void expect_states(ParseReply parse, const std::vector<StateCase>& cases) {
  for (const StateCase& item : cases) {
    const ChatReply reply = parse(200, {}, item.body);
    EXPECT_EQ(reply.state, item.state) << item.what << ": " << reply.error.message;
    EXPECT_EQ(reply.text, item.text) << item.what;
    EXPECT_EQ(reply.error.message.empty(), item.state != ReplyState::error) << item.what;
  }
}

struct FaultCase {
  int status;
  std::string body;
  ErrorKind kind;
  std::string says;
};

inline void expect_faults(ParseReply parse, const std::vector<FaultCase>& cases) {
  for (const FaultCase& item : cases) {
    const ChatReply reply = parse(item.status, {}, item.body);
    EXPECT_EQ(reply.state, ReplyState::error) << item.body;
    EXPECT_EQ(reply.error.kind, item.kind) << item.status << " " << item.body;
    EXPECT_THAT(reply.error.message, testing::HasSubstr(item.says));
  }
}

// A reply that is cut at any byte is an error that asking again may mend, never an answer.
inline void expect_no_answer_from_any_beginning_of(ParseReply parse, const std::string& body) {
  for (std::size_t size = 0; size < body.size(); ++size) {
    const ChatReply reply = parse(200, {}, body.substr(0, size));
    EXPECT_EQ(reply.state, ReplyState::error) << size;
    EXPECT_EQ(reply.error.kind, ErrorKind::network) << size;
  }
}

}  // namespace zopo::llm
