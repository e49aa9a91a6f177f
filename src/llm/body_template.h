#pragma once
// Bodies of requests that differ in nothing but what their messages say: all the rest is written
// once. A search sends thousands of these.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zopo/llm/chat.h"

namespace zopo::llm {

// Immutable, so thread-safe.
class BodyTemplate {
 public:
  using Write = std::function<std::string(const ChatRequest& request)>;

  // For requests of the roles that like has. write makes canonical() JSON.
  BodyTemplate(const ChatRequest& like, const Write& write);

  // What write(request) gives, byte for byte; nothing when the template does not fit: other roles,
  // or a message without content, which some formats leave out.
  std::optional<std::string> fill(const ChatRequest& request) const;

 private:
  struct Part {
    std::string before;
    std::size_t message = 0;  // whose content follows
  };
  bool fits(const ChatRequest& request) const;

  bool usable_ = false;
  std::vector<std::string> roles_;
  std::vector<Part> parts_;
  std::string end_;
};

}  // namespace zopo::llm
