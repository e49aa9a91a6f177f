#pragma once
// One chat request as a Call.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "llm/chat_wire.h"
#include "llm/dialect.h"
#include "llm/exchange.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/stored_reply.h"

namespace zopo::llm {

class ChatCall final : public Call {
 public:
  // Borrows everything; dialect, shared by all calls of the client, is read and taught.
  ChatCall(const ChatRequest& request,
           const ChatWire& wire,
           const ClientSettings& settings,
           Archive& archive,
           Dialect& dialect);

  const std::string& role() const override { return request_.role; }
  Amount bound() const override;
  Picodollars cost(const Usage& usage) const override;
  bool is_priced() const override { return settings_.pricing.has_value(); }
  std::optional<std::vector<Usage>> find_stored(const Budget& budget) override;
  bool is_in_run() const override { return in_run_; }
  Sha256 key() const override { return key_; }
  std::vector<Sha256> keys() const override { return {key_}; }
  http::Request request() override;
  CallOutcome receive(const http::Response& response) override;
  bool carry(const Usage& usage) override;
  std::vector<Record> records() const override;
  void fail(const Error& error) override;
  std::string name() const override;

  // Once the exchange has run. May be called once.
  ChatReply take_reply() { return std::move(reply_); }

 private:
  ChatReply reply_from(const StoredReply& stored) const;
  CallOutcome refused(const http::Response& response) const;
  // Whether the refusal is one that another dialect mends.
  bool learns_from(const http::Response& response);
  // Whether the reply is a torn stream, which need not come again.
  bool streams_unasked(const http::Response& response);
  void learn(const Dialect& wanted, const std::string& why);

  const ChatRequest& request_;
  const ChatWire& wire_;
  const ClientSettings& settings_;
  Archive& archive_;
  Dialect& dialect_;
  Dialect sent_;      // what the request on the wire was written in
  std::string body_;  // from the look-up on
  Sha256 key_{};
  std::vector<Usage> calls_;  // of every sending that was charged
  bool in_run_ = false;       // the answer came from the run's own store
  ChatReply reply_;
};

}  // namespace zopo::llm
