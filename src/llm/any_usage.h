#pragma once
// What a reply cost, whatever became of it.

#include <nlohmann/json_fwd.hpp>

#include "zopo/llm/chat.h"

namespace zopo::llm {

// The token counts of a reply of any provider, also of one that is an error; nothing where it has
// none.
Usage any_usage(const nlohmann::json& reply);

// Whether a reply that is no answer and says nothing of tokens cannot have been charged: a refusal
// of the key, of the address or of the rate, a time-out, or a failure of the server. status is that
// of HTTP; an error object in a reply of status 200 may name another.
bool costs_nothing(int status, const nlohmann::json& reply);

}  // namespace zopo::llm
