#pragma once
// How a reply's text and ending become one of the three states, the same for every provider.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

enum class Ending {
  finished,
  cut,         // by a limit on the reply's length
  filtered,    // withheld, wholly or in part, by the provider
  broken_off,  // asking again may help
  tool_call,   // a tool is called, though none was offered
};

// Sets state and error of a reply that has its text. Text of nothing but white space is none; one
// beside a tool call is an answer all the same.
void judge(Ending ending, ChatReply& reply);

ChatReply failed_reply(ErrorKind kind, const std::string& message);

// Whether a finish reason, of any provider, says that the reply was cut by a limit on its length.
bool is_cut(const std::string& finish_reason);

// Throws Failure{config} unless extra is an object.
void check_extra(const nlohmann::json& extra);
// Throws Failure{config}: the provider has no such setting.
[[noreturn]] void refuse_setting(const char* setting, const char* provider);

// A body as it is sent and keyed: keys sorted, no white space, invalid UTF-8 replaced.
std::string canonical(const nlohmann::json& body);

}  // namespace zopo::llm
