#pragma once
// Chat completions without a provider: messages in, a reply in one of three states out.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/result.h"

namespace zopo::llm {

struct Message {
  std::string role;  // system, user, assistant
  std::string content;
};

struct ChatRequest {
  std::vector<Message> messages;
  int repeat = 0;               // distinguishes repeated samples of one request
  std::string role = "search";  // what it is for, in the account of the spending
};

enum class ReplyState {
  ok,         // the model finished
  truncated,  // finish reason length, or empty after asking again
  error,      // no answer; never a wrong answer
};

// Tokens as the provider reports them; cached and reasoning tokens are parts of prompt and
// completion tokens.
struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t reasoning_tokens = 0;

  bool operator==(const Usage&) const = default;
};

struct ChatReply {
  ReplyState state = ReplyState::error;
  std::string text;
  std::string finish_reason;  // as the provider says it
  std::string model;          // as the provider returned it
  Usage usage;                // of all the calls
  bool paid = false;          // sent over the network by this process (else found in a store)
  int calls = 1;  // requests that this reply needed, asked-again ones included, whoever paid
  Error error;    // set when state == error
  // The endpoint refused this very request for good: asking again cannot help.
  bool refused = false;
  bool reasoned = false;  // text is empty, and the provider returned reasoning beside it
};

// Thread-safe.
class Chat {
 public:
  virtual ~Chat() = default;
  // Replies in the order of the requests. Up to the configured number are in flight at once; each
  // answer is committed before this returns. After a failure that would meet every request
  // (authentication, budget, offline miss) the rest are not sent and carry the same error.
  virtual std::vector<ChatReply> complete(std::span<const ChatRequest> requests) = 0;
};

// The same chat with every request's role replaced. Borrows chat, which outlives it.
std::unique_ptr<Chat> with_role(Chat& chat, std::string role);

}  // namespace zopo::llm
