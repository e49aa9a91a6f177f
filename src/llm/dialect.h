#pragma once
// What an endpoint turned out not to take although it speaks the format: learnt from its refusals,
// once, and kept for all further requests.
//
// An answer's key is made of the request as the settings have it, never of what was learnt: the
// same task finds its answers again whether or not a refusal has been seen yet, so a resumed run
// pays for nothing twice and the key schema stays what it is.

#include <optional>
#include <string>

#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

struct Dialect {
  bool max_completion_tokens = false;  // instead of max_tokens (OpenAI's reasoning models)
  bool default_temperature = false;    // none may be given (reasoning models, newer Claude models)

  bool operator==(const Dialect&) const = default;
};

// settings as they are sent in this dialect.
ChatSettings in_dialect(ChatSettings settings, const Dialect& dialect);

// What the refusal of a request that was sent in `sent` asks to be changed; nothing when it is
// about something else, or when that was changed already.
std::optional<Dialect> asked_for(const Dialect& sent,
                                 const ChatSettings& settings,
                                 int status,
                                 const std::string& body);

// What changes from one to the other, for the log.
std::string change_between(const Dialect& before, const Dialect& after);

}  // namespace zopo::llm
