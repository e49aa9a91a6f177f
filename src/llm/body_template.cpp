// Writes the bodies of requests from a part that is made once. Called by chat_wire.cpp.

#include "llm/body_template.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "llm/chat_reply.h"

namespace zopo::llm {
namespace {

std::string mark(std::size_t message) { return "@zopo:" + std::to_string(message) + '@'; }

// As it stands inside of a JSON string.
std::string escaped(const std::string& content) {
  const std::string quoted = canonical(nlohmann::json(content));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

BodyTemplate::BodyTemplate(const ChatRequest& like, const Write& write) {
  ChatRequest marked = like;
  for (std::size_t i = 0; i < marked.messages.size(); ++i) {
    roles_.push_back(marked.messages[i].role);
    marked.messages[i].content = mark(i);
  }
  const std::string body = write(marked);
  std::vector<std::pair<std::size_t, std::size_t>> found;  // position, message
  for (std::size_t i = 0; i < roles_.size(); ++i) {
    const std::size_t at = body.find(mark(i));
    // A mark may stand in the settings, too.
    if (at == std::string::npos || body.find(mark(i), at + 1) != std::string::npos) return;
    found.emplace_back(at, i);
  }
  std::sort(found.begin(), found.end());
  std::size_t begin = 0;
  for (const auto& [at, message] : found) {
    parts_.push_back({body.substr(begin, at - begin), message});
    begin = at + mark(message).size();
  }
  end_ = body.substr(begin);
  usable_ = true;
}

bool BodyTemplate::fits(const ChatRequest& request) const {
  return usable_ && std::equal(request.messages.begin(), request.messages.end(), roles_.begin(),
                               roles_.end(), [](const Message& message, const std::string& role) {
                                 return message.role == role && !message.content.empty();
                               });
}

std::optional<std::string> BodyTemplate::fill(const ChatRequest& request) const {
  if (!fits(request)) return std::nullopt;
  std::string body;
  for (const Part& part : parts_) {
    body += part.before;
    body += escaped(request.messages[part.message].content);
  }
  return body += end_;
}

}  // namespace zopo::llm
