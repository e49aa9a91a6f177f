// The Chat of an endpoint. Made by run for each role: model, writer, judge.

#include "zopo/llm/client.h"

#include <deque>
#include <utility>
#include <vector>

#include "llm/chat_call.h"
#include "llm/chat_wire.h"
#include "llm/exchange.h"
#include "llm/limits.h"
#include "zopo/base/error.h"

namespace zopo::llm {
namespace {

class ChatClient final : public Chat {
 public:
  ChatClient(ClientSettings settings,
             http::Transport& transport,
             Stores stores,
             Budget& budget,
             const Clock& clock)
      : settings_(std::move(settings)),
        wire_(settings_),
        exchange_(
            settings_.endpoint, settings_.ask_again, transport, std::move(stores), budget, clock) {
    require_price(budget.caps(), settings_.pricing);
    if (!wire_.completion_limit()) require_no_token_cap(budget.caps());
  }

  std::vector<ChatReply> complete(std::span<const ChatRequest> requests) override {
    std::deque<ChatCall> calls;
    std::vector<Call*> pointers;
    for (const ChatRequest& request : requests) {
      calls.emplace_back(request, wire_, settings_, exchange_.archive(), dialect_);
      pointers.push_back(&calls.back());
    }
    exchange_.run(pointers);
    std::vector<ChatReply> replies;
    replies.reserve(requests.size());
    for (ChatCall& call : calls) replies.push_back(call.take_reply());
    return replies;
  }

 private:
  const ClientSettings settings_;
  const ChatWire wire_;
  Dialect dialect_;  // belongs to the run() under way: they take turns
  Exchange exchange_;
};

class ChatWithRole final : public Chat {
 public:
  ChatWithRole(Chat& chat, std::string role) : chat_(chat), role_(std::move(role)) {}

  std::vector<ChatReply> complete(std::span<const ChatRequest> requests) override {
    std::vector<ChatRequest> own(requests.begin(), requests.end());
    for (ChatRequest& request : own) request.role = role_;
    return chat_.complete(own);
  }

 private:
  Chat& chat_;
  const std::string role_;
};

}  // namespace

std::vector<std::string> chat_providers() {
  std::vector<std::string> names;
  for (const ChatFormat& format : chat_formats()) names.push_back(format.name);
  return names;
}

EndpointDefaults chat_defaults(const std::string& provider) {
  return chat_format(provider).defaults;
}

void check_chat(const std::string& provider, const ChatSettings& settings) {
  chat_format(provider).check(settings);
}

std::unique_ptr<Chat> make_chat_client(ClientSettings settings,
                                       http::Transport& transport,
                                       Stores stores,
                                       Budget& budget,
                                       const Clock& clock) {
  return std::make_unique<ChatClient>(std::move(settings), transport, std::move(stores), budget,
                                      clock);
}

std::unique_ptr<Chat> with_role(Chat& chat, std::string role) {
  return std::make_unique<ChatWithRole>(chat, std::move(role));
}

Amount upper_bound(const ClientSettings& settings, std::span<const ChatRequest> requests) {
  const ChatWire wire(settings);
  Archive none{Stores{}};
  Dialect dialect;
  Amount sum;
  for (const ChatRequest& request : requests) {
    sum += ChatCall(request, wire, settings, none, dialect).bound();
  }
  return sum;
}

}  // namespace zopo::llm
