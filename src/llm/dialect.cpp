#include "llm/dialect.h"

#include "llm/api_error.h"
#include "llm/json_reading.h"

namespace zopo::llm {
namespace {

// Known forms: {"param": "temperature", "code": "unsupported_value"} and "unsupported_parameter"
// (OpenAI, Azure; gateways keep the message only), "`temperature` is deprecated for this model."
// (Anthropic).
bool speaks_of(const std::string& said, const char* field) {
  return said.find(field) != std::string::npos;
}

bool is_refused(const std::string& said) {
  for (const char* const word : {"not support", "nsupported", "deprecated"}) {
    if (said.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

ChatSettings in_dialect(ChatSettings settings, const Dialect& dialect) {
  if (dialect.default_temperature) settings.temperature.reset();
  if (dialect.max_completion_tokens && settings.max_tokens) {
    settings.extra["max_completion_tokens"] = *settings.max_tokens;
    settings.max_tokens.reset();
  }
  return settings;
}

std::optional<Dialect> asked_for(const Dialect& sent,
                                 const ChatSettings& settings,
                                 int status,
                                 const std::string& body) {
  if (status != 400 && status != 422) return std::nullopt;
  const std::string said = message_of(parse_json(body));
  if (!is_refused(said)) return std::nullopt;
  Dialect wanted = sent;
  if (settings.max_tokens && speaks_of(said, "max_tokens") &&
      speaks_of(said, "max_completion_tokens")) {
    wanted.max_completion_tokens = true;
  } else if (settings.temperature && speaks_of(said, "temperature")) {
    wanted.default_temperature = true;
  }
  if (wanted == sent) return std::nullopt;
  return wanted;
}

std::string change_between(const Dialect& before, const Dialect& after) {
  if (after.max_completion_tokens && !before.max_completion_tokens) {
    return "max_tokens is sent as max_completion_tokens from now on.";
  }
  if (after.default_temperature && !before.default_temperature) {
    return "llm.temperature is not sent from now on: the answers are the model's at its own "
           "temperature, so they may differ between runs that do not share a store.";
  }
  return "";
}

}  // namespace zopo::llm
