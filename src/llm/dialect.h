#pragma once
// What an endpoint turned out not to take although it speaks the format: learnt from its refusals,
// once, and kept for all further requests.
//
// An answer's key is made of the request as the settings have it, never of what was learnt: the
// same task finds its answers again whether or not a refusal has been seen yet, so a resumed run
// pays for nothing twice and the key schema stays what it is.

#include <optional>
#include <string>

#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

struct Dialect {
  bool max_completion_tokens = false;  // instead of max_tokens (OpenAI's reasoning models)
  bool default_temperature = false;    // none may be given (reasoning models, newer Claude models)
  bool no_top_p = false;               // not beside a temperature (newer Claude models)
  bool no_system = false;              // no such role: its text opens the first message of the user
  bool whole = false;                  // it streams unless it is told not to

  bool operator==(const Dialect&) const = default;
};

// All that either has learnt.
Dialect operator|(const Dialect& a, const Dialect& b);

// settings and request as they are sent in this dialect.
ChatSettings in_dialect(ChatSettings settings, const Dialect& dialect);
ChatRequest in_dialect(ChatRequest request, const Dialect& dialect);

// What the refusal of a request that was sent in `sent` asks to be changed; nothing when it is
// about something else, or when that was changed already. has_system: the request has a message of
// the system or the developer.
std::optional<Dialect> asked_for(const Dialect& sent,
                                 const ChatSettings& settings,
                                 int status,
                                 const std::string& body,
                                 bool has_system = false);

// What changes from one to the other, for the log.
std::string change_between(const Dialect& before, const Dialect& after);

}  // namespace zopo::llm
