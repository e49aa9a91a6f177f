// Takes the instructions out of the turns. Called by providers whose format keeps both apart.

#include "llm/turns.h"

#include <algorithm>
#include <iterator>

namespace zopo::llm {
namespace {

bool is_instruction(const Message& message) {
  return message.role == "system" || message.role == "developer";
}

}  // namespace

std::string system_of(const ChatRequest& request) {
  std::string system;
  for (const Message& message : request.messages) {
    if (is_instruction(message)) system += (system.empty() ? "" : "\n\n") + message.content;
  }
  return system;
}

std::vector<Message> turns_of(const ChatRequest& request) {
  std::vector<Message> turns;
  std::remove_copy_if(request.messages.begin(), request.messages.end(), std::back_inserter(turns),
                      is_instruction);
  return turns;
}

}  // namespace zopo::llm
