// Tells by a refusal what an endpoint wants said differently. Called by chat_call.cpp.

#include "llm/dialect.h"

#include <algorithm>
#include <initializer_list>

#include "llm/api_error.h"
#include "llm/json_reading.h"
#include "llm/turns.h"

namespace zopo::llm {
namespace {

bool has_any(const std::string& said, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* const word) { return said.find(word) != std::string::npos; });
}

bool speaks_of(const std::string& said, const char* field) { return has_any(said, {field}); }

// Known forms: {"param": "temperature", "code": "unsupported_value"} and "unsupported_parameter"
// (OpenAI, Azure; gateways keep the message only), "`temperature` is deprecated for this model."
// (Anthropic), "`temperature` must be strictly positive" (TGI), "temperature must be in range (0,
// +inf)" (GigaChat), "invalid temperature: only 1 is allowed for this model" (Moonshot). One that
// names another parameter is not about it, and a temperature above 1 is the user's own to mend.
bool refuses_temperature(const std::string& said, const Json& json, const ChatSettings& settings) {
  const Json& error = member(json, "error");
  const std::string param = text_member(error.is_object() ? error : json, "param");
  const bool is_other = !param.empty() && param.find("temperature") == std::string::npos;
  return settings.temperature && *settings.temperature <= 1 && !is_other &&
         speaks_of(said, "temperature");
}

// "`temperature` and `top_p` cannot both be specified for this model." (Anthropic)
bool refuses_both(const std::string& said, const ChatSettings& settings) {
  return settings.temperature && settings.top_p && speaks_of(said, "temperature") &&
         speaks_of(said, "top_p") && has_any(said, {"both", "only one", "either", "together"});
}

// Chat templates: "System role not supported" (Gemma), "Conversation roles must alternate
// user/assistant/.." (Mistral, Gemma 3), "Only user and assistant roles are supported!". APIs:
// "'messages[0].role' does not support 'system' with this model" (OpenAI's o1-mini), "Developer
// instruction is not enabled for .." (Gemini's Gemma).
bool refuses_system(const std::string& said) {
  if (has_any(said, {"roles must alternate", "roles are supported",
                     "developer instruction is not enabled"}))
    return true;
  return speaks_of(said, "system") && has_any(said, {"role", "message", "instruction", "prompt"}) &&
         has_any(said, {"not support", "unsupported", "not allowed", "not enabled", "invalid role",
                        "unknown role", "unexpected role", "only user"});
}

}  // namespace

Dialect operator|(const Dialect& a, const Dialect& b) {
  return {a.max_completion_tokens || b.max_completion_tokens,
          a.default_temperature || b.default_temperature, a.no_top_p || b.no_top_p,
          a.no_system || b.no_system, a.whole || b.whole};
}

ChatSettings in_dialect(ChatSettings settings, const Dialect& dialect) {
  if (dialect.default_temperature) settings.temperature.reset();
  if (dialect.no_top_p) settings.top_p.reset();
  if (dialect.whole && !settings.extra.contains("stream")) settings.extra["stream"] = false;
  if (dialect.max_completion_tokens && settings.max_tokens) {
    settings.extra["max_completion_tokens"] = *settings.max_tokens;
    settings.max_tokens.reset();
  }
  return settings;
}

ChatRequest in_dialect(ChatRequest request, const Dialect& dialect) {
  const std::string system = dialect.no_system ? system_of(request) : "";
  if (system.empty()) return request;
  request.messages = turns_of(request);
  if (request.messages.empty() || request.messages.front().role != "user") {
    request.messages.insert(request.messages.begin(), {"user", system});
  } else {
    request.messages.front().content = system + "\n\n" + request.messages.front().content;
  }
  return request;
}

std::optional<Dialect> asked_for(const Dialect& sent,
                                 const ChatSettings& settings,
                                 int status,
                                 const std::string& body,
                                 bool has_system) {
  if (status != 400 && status != 422 && status != 500) return std::nullopt;
  const Json json = parse_json(body);
  const std::string said = fold_case(message_of(json));
  Dialect wanted = sent;
  if (has_system && refuses_system(said)) {
    wanted.no_system = true;
  } else if (status == 500) {
    return std::nullopt;  // some servers fail so in a chat template, and in all else
  } else if (settings.max_tokens && speaks_of(said, "max_tokens") &&
             speaks_of(said, "max_completion_tokens")) {
    wanted.max_completion_tokens = true;
  } else if (!sent.no_top_p && refuses_both(said, settings)) {
    wanted.no_top_p = true;
  } else if (refuses_temperature(said, json, settings)) {
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
  if (after.no_top_p && !before.no_top_p) {
    return "llm.top_p is not sent from now on, as llm.temperature is; \"temperature\": null in the "
           "task sends top_p instead.";
  }
  if (after.no_system && !before.no_system) {
    return "What the system says is sent at the beginning of the user's message from now on.";
  }
  return after.whole && !before.whole
             ? "It streams its replies; \"stream\": false is sent from now on."
             : "";
}

}  // namespace zopo::llm
