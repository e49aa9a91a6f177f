#pragma once
// For APIs that take instructions apart from the conversation.

#include <string>
#include <vector>

#include "zopo/llm/chat.h"

namespace zopo::llm {

// What messages of the system and of the developer say, as one text; "" when there are none.
std::string system_of(const ChatRequest& request);
// The other messages.
std::vector<Message> turns_of(const ChatRequest& request);

}  // namespace zopo::llm
