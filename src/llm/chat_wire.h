#pragma once
// How the chat completions of one client go over the wire.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "llm/body_template.h"
#include "llm/chat_format.h"
#include "llm/dialect.h"
#include "zopo/http/transport.h"
#include "zopo/llm/client.h"

namespace zopo::llm {

// Thread-safe.
class ChatWire {
 public:
  // Throws Failure{config}: unknown provider, impossible settings.
  explicit ChatWire(const ClientSettings& settings);

  const std::string& url() const { return url_; }
  // That stands in the keys of answers.
  const std::string& key_url() const { return key_url_; }
  const http::Headers& headers() const { return headers_; }
  // The request as the settings have it: what an answer's key and the budget's bound are made of.
  std::string body(const ChatRequest& request) const;
  // The request as this endpoint takes it.
  std::string body_in(const Dialect& dialect, const ChatRequest& request) const {
    return format_.body(in_dialect(request, dialect), in_dialect(chat_, dialect));
  }
  std::optional<std::int64_t> completion_limit() const { return completion_limit_; }
  ChatReply parse(const http::Response& response) const {
    return format_.parse(response.status, response.headers, response.body);
  }
  const ChatSettings& chat() const { return chat_; }

 private:
  const ChatFormat& format_;
  const ChatSettings chat_;
  const std::string url_, key_url_;
  const http::Headers headers_;
  const std::optional<std::int64_t> completion_limit_;
  mutable std::mutex mutex_;
  mutable std::optional<BodyTemplate>
      template_;  // of the latest request that no earlier one fitted
};

}  // namespace zopo::llm
