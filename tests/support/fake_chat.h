#pragma once
// A model for whoever asks through llm::Chat.
//
//   FakeChat chat([](const llm::ChatRequest& request) { return said("yes"); });

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "zopo/llm/chat.h"

namespace zopo::test {

inline llm::ChatReply said(const std::string& text) {
  llm::ChatReply reply;
  reply.state = llm::ReplyState::ok;
  reply.text = text;
  return reply;
}

inline llm::ChatReply failed(ErrorKind kind) {
  llm::ChatReply reply;
  reply.error = {kind, "no answer"};
  return reply;
}

// Says what a function makes of each request, and keeps what it was asked.
class FakeChat final : public llm::Chat {
 public:
  using Say = std::function<llm::ChatReply(const llm::ChatRequest&)>;
  explicit FakeChat(Say say) : say_(std::move(say)) {}

  std::vector<llm::ChatReply> complete(std::span<const llm::ChatRequest> requests) override {
    std::vector<llm::ChatReply> replies;
    for (const llm::ChatRequest& request : requests) {
      replies.push_back(say_(request));
      asked.push_back(request);
    }
    return replies;
  }

  std::vector<llm::ChatRequest> asked;

 private:
  Say say_;
};

}  // namespace zopo::test
