// States of replies and what may stand in "extra". Called by every provider's parser.

#include "llm/chat_reply.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "zopo/base/text.h"

namespace zopo::llm {
namespace {

constexpr std::array kCut = {"length",      // OpenAI and compatible
                             "max_tokens",  // Anthropic
                             "model_context_window_exceeded",
                             "model_length",       // Mistral
                             "max_output_tokens",  // OpenAI Responses
                             "MAX_TOKENS"};        // Gemini

Error error_of(Ending ending, const ChatReply& reply) {
  switch (ending) {
    case Ending::filtered:
      return {ErrorKind::api, fmt::format("The provider's content filter withheld the reply ({}).",
                                          make_valid_utf8(reply.finish_reason.substr(0, 60)))};
    case Ending::broken_off:
      return {ErrorKind::network, "The provider broke off the reply."};
    default:
      return {ErrorKind::api,
              "The model called a tool instead of answering, though none was offered. Check "
              "llm.extra and the server's chat template."};
  }
}

}  // namespace

void judge(Ending ending, ChatReply& reply) {
  if (trim(reply.text).empty()) reply.text.clear();
  const bool called = ending == Ending::tool_call && reply.text.empty();
  if (ending == Ending::filtered || ending == Ending::broken_off || called) {
    reply.state = ReplyState::error;
    reply.error = error_of(ending, reply);
  } else {
    reply.state =
        ending == Ending::cut || reply.text.empty() ? ReplyState::truncated : ReplyState::ok;
  }
}

ChatReply failed_reply(ErrorKind kind, const std::string& message) {
  ChatReply reply;
  reply.error = {kind, message};
  return reply;
}

bool is_cut(const std::string& finish_reason) {
  return std::find(kCut.begin(), kCut.end(), finish_reason) != kCut.end();
}

void check_extra(const nlohmann::json& extra) {
  if (!extra.is_object()) {
    throw Failure(
        ErrorKind::config,
        fmt::format("llm.extra is a JSON object of further request fields, not {}.",
                    extra.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  }
}

void refuse_setting(const char* setting, const char* provider) {
  throw Failure(
      ErrorKind::config,
      fmt::format("llm.{} is set, but the API of llm.provider \"{}\" has no such setting. "
                  "Remove it.",
                  setting, provider));
}

std::string canonical(const nlohmann::json& body) {
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace zopo::llm
