// Address, headers and body of a chat request. Called by chat_call.cpp and client.cpp.

#include "llm/chat_wire.h"

#include "llm/credentials.h"

namespace zopo::llm {
namespace {

http::Headers headers_of(const ChatFormat& format, const EndpointSettings& endpoint) {
  http::Headers headers = json_headers(endpoint, format.key_header);
  headers.insert(headers.end(), format.headers.begin(), format.headers.end());
  return headers;
}

}  // namespace

ChatWire::ChatWire(const ClientSettings& settings)
    : format_(chat_format(settings.provider)),
      chat_(settings.chat),
      url_(format_.url(settings.endpoint, settings.chat.model)),
      key_url_(format_.url(as_keyed(settings.endpoint), settings.chat.model)),
      headers_(headers_of(format_, settings.endpoint)),
      completion_limit_(format_.completion_limit(chat_)) {
  format_.check(chat_);
}

std::string ChatWire::body(const ChatRequest& request) const {
  const auto write = [this](const ChatRequest& any) { return format_.body(any, chat_); };
  const std::lock_guard lock(mutex_);
  if (template_) {
    if (auto body = template_->fill(request)) return std::move(*body);
  }
  template_.emplace(request, write);
  return write(request);
}

}  // namespace zopo::llm
