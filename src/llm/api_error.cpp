// Reads what went wrong out of an error's body and status. Called by every provider's parser.

#include "llm/api_error.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "llm/credentials.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "zopo/http/backoff.h"
#include "zopo/http/retry.h"

namespace zopo::llm {
namespace {

constexpr std::size_t kLongestQuote = 300;

// In lower case. Codes of too long a request and of withheld content: OpenAI, Azure, Anthropic,
// llama.cpp, Moonshot, DashScope.
constexpr std::array kContentCodes = {"context_length_exceeded",
                                      "string_above_max_length",
                                      "exceed_context_size",
                                      "request_too_large",
                                      "content_filter",
                                      "contentfilter",
                                      "content_policy",
                                      "invalid_prompt",
                                      "moderation",
                                      "data_inspection_failed",
                                      "datainspectionfailed",
                                      "responsibleaipolicy",
                                      "safety"};
// Their words, and those of vLLM, TGI, Gemini, Mistral, Groq, DeepSeek, Bedrock and OpenRouter.
constexpr std::array kContentWords = {"context length",
                                      "context size",
                                      "context window",
                                      "context limit",
                                      "too long",
                                      "too large",
                                      "too many tokens",
                                      "input token count",
                                      "maximum model length",
                                      "max_model_len",
                                      "input length",
                                      "prompt length",
                                      "longer than the",
                                      "exceeds the maximum number of tokens",
                                      "tokens must be",
                                      "must have less than",
                                      "flagged",
                                      "moderation",
                                      "content policy",
                                      "content management policy",
                                      "content filter",
                                      "content exists risk",
                                      "high risk",
                                      "inappropriate content",
                                      "guardrail",
                                      "safety system",
                                      "usage policies",
                                      "sensitive",
                                      "prohibited content",
                                      "harmful"};
// Of the model and the account. "model" alone would name every model's context length.
constexpr std::array kModelWords = {"model not found",
                                    "no such model",
                                    "unknown model",
                                    "no model",
                                    "model_not_found",
                                    "not loaded",
                                    "does not exist",
                                    "unsupported parameter",
                                    "unrecognized request argument",
                                    "api key",
                                    "api version",
                                    "deployment",
                                    "billing",
                                    "suspended",
                                    "deactivated"};

bool any_of_words(const std::string& text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* const word) { return text.find(word) != std::string::npos; });
}

// The object or string that says what went wrong, or null. Forms: {"error": {..}} (OpenAI, Azure,
// Anthropic, Gemini) and {"error": ".."} (Ollama), [{"error": {..}}] (Gemini at times),
// {"object": "error", "message": ..} (older vLLM).
const Json& error_of(const Json& json) {
  if (json.is_array() && !json.empty()) return member(json.front(), "error");
  if (text_member(json, "object") == "error") return json;
  return member(json, "error");
}

bool is_html(const http::Headers& headers, const std::string& body) {
  const std::string_view start = trim(std::string_view(body).substr(0, 200));
  if (start.starts_with("<")) return true;
  return std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first == "content-type" && header.second.starts_with("text/html");
  });
}

std::string what_came(const http::Headers& headers, const std::string& body, const Json& json) {
  if (body.empty()) return "an empty body";
  if (json.is_discarded() && is_html(headers, body)) return "an HTML page: " + quoted(body);
  const std::string message = json.is_discarded() ? "" : message_of(json);
  return quoted(message.empty() ? body : message);
}

// Members of Google's "details", each an object with an "@type".
bool any_detail(const Json& error, bool (*holds)(const Json& detail)) {
  const Json& details = member(error, "details");
  return details.is_array() && std::any_of(details.begin(), details.end(), holds);
}

bool says_key_is_invalid(const Json& detail) {
  return text_member(detail, "reason") == "API_KEY_INVALID";
}

// A quota that a day has, such as "GenerateRequestsPerDayPerProjectPerModel-FreeTier".
bool is_daily_quota(const Json& detail) {
  const Json& violations = member(detail, "violations");
  return violations.is_array() &&
         std::any_of(violations.begin(), violations.end(), [](const Json& violation) {
           return text_member(violation, "quotaId").find("PerDay") != std::string::npos;
         });
}

// The status that an error object inside a reply of status 200 speaks of; 500 when of none.
int inner_status(const Json& json) {
  const Json& error = error_of(json);
  std::int64_t code = count_member(error, "code");
  if (code == 0) code = count_member(error, "status");
  return code >= 400 && code < 600 ? static_cast<int>(code) : 500;
}

ErrorKind kind_of(int status, const Json& json) {
  if (account_is_exhausted(json)) return ErrorKind::api;
  if (status == 401 || status == 403) return ErrorKind::auth;
  if (any_detail(error_of(json), says_key_is_invalid)) return ErrorKind::auth;  // Gemini's 400
  return http::is_retryable(status) ? ErrorKind::network : ErrorKind::api;
}

std::string advice(int status, const http::Headers& headers) {
  if (status == 404) return " Check base_url and the model's name.";
  if (status == 407) {
    return " That is the proxy, which wants a user and password: give both in http_proxy or "
           "HTTPS_PROXY, or name the host in NO_PROXY.";
  }
  if (status < 300 || status >= 400) return "";
  const auto location = std::find_if(headers.begin(), headers.end(),
                                     [](const auto& header) { return header.first == "location"; });
  const std::string target = location == headers.end() ? "" : " to " + quoted(location->second);
  return fmt::format(" Redirects{} are not followed: give the final address as base_url.", target);
}

}  // namespace

std::optional<Error> api_error(int status,
                               const http::Headers& headers,
                               const std::string& body,
                               const Json& json) {
  const bool success = status >= 200 && status < 300;
  if (success && json.is_discarded()) {
    return Error{ErrorKind::network,
                 fmt::format("The reply is not JSON but {}.", what_came(headers, body, json))};
  }
  if (success && error_of(json).is_null()) return std::nullopt;
  const int meant = success ? inner_status(json) : status;
  return Error{kind_of(meant, json),
               fmt::format("HTTP status {}: {}.{}", meant, what_came(headers, body, json),
                           advice(meant, headers))};
}

namespace {

// FastAPI's: "body.temperature: Input should be ..", without the input, which it repeats.
std::string details_of(const Json& details) {
  std::vector<std::string> said;
  for (const Json& detail : details) {
    std::vector<std::string> at;
    if (const Json& place = member(detail, "loc"); place.is_array()) {
      for (const Json& part : place)
        at.push_back(part.is_string() ? part.get<std::string>() : part.dump());
    }
    const std::string message = text_member(detail, "msg");
    if (message.empty()) return details.dump(-1, ' ', false, Json::error_handler_t::replace);
    said.push_back((at.empty() ? "" : join(at, ".") + ": ") + message);
  }
  return join(said, "; ");
}

}  // namespace

std::string message_of(const Json& json) {
  const Json& error = error_of(json);
  if (error.is_string()) return error.get<std::string>();
  if (error.is_object()) {
    const std::string message = text_member(error, "message");
    return message.empty() ? error.dump(-1, ' ', false, Json::error_handler_t::replace) : message;
  }
  for (const char* const key : {"message", "detail", "msg"}) {  // proxies, FastAPI
    const Json& said = member(json, key);
    if (said.is_array()) return details_of(said);
    if (said.is_string()) return said.get<std::string>();
    if (!said.is_null()) return said.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return "";
}

bool account_is_exhausted(const Json& json) {
  const Json& error = error_of(json);
  for (const std::string& said : {text_member(error, "code"), text_member(error, "type"),
                                  text_member(member(error, "details"), "error_code")}) {
    for (const char* const code : {"insufficient_quota", "billing_hard_limit_reached",  // OpenAI
                                   "billing_error", "enforced_spend_limit_reached"}) {  // Anthropic
      if (said == code) return true;
    }
  }
  const std::string message = message_of(json);  // Anthropic's of type invalid_request_error
  for (const char* const words : {"credit balance is too low", "API usage limits"}) {
    if (message.find(words) != std::string::npos) return true;
  }
  return any_detail(error, is_daily_quota);
}

namespace {

// "max_tokens must be at most 8192": a setting, which every request has.
bool is_about_the_setting(const std::string& said) {
  return any_of_words(said, std::array{"max_tokens", "max_completion_tokens"}) &&
         !any_of_words(said, std::array{"context", "input", "prompt", "messages"});
}

}  // namespace

bool is_about_content(int status, const Json& json) {
  if (status == 413) return true;
  if (is_about_the_setting(fold_case(message_of(json)))) return false;
  const Json& error = error_of(json);
  for (const char* const key : {"code", "type", "status"}) {
    if (any_of_words(fold_case(text_member(error, key)), kContentCodes)) return true;
  }
  return any_of_words(fold_case(message_of(json)), kContentWords);
}

bool is_about_all(int status, const Json& json) {
  if (status == 403 || status == 404 || status == 405 || (status >= 300 && status < 400))
    return true;
  return any_of_words(fold_case(message_of(json)), kModelWords);
}

bool has_no_embeddings(int status, const Json& json) {
  const bool is_about_more = status == 401 || status == 403 || status == 429;
  if (status < 400 || is_about_more || account_is_exhausted(json)) return false;
  if (status == 404 || status == 405 || status == 501) return true;
  if (text_member(error_of(json), "code") == "model_not_found") return true;
  // llama.cpp, vLLM and Ollama, of a model for chat.
  const std::string message = fold_case(message_of(json));
  const bool names_them = message.find("embed") != message.npos;
  return names_them && (message.find("not support") != message.npos ||
                        message.find("unsupported") != message.npos);
}

std::optional<Milliseconds> wait_in(const Json& json) {
  const Json& details = member(error_of(json), "details");
  if (!details.is_array()) return std::nullopt;
  for (const Json& detail : details) {
    if (const auto wait = http::parse_duration(text_member(detail, "retryDelay"))) return wait;
  }
  return std::nullopt;
}

std::string route_hint(const http::Response& response, const std::string& url) {
  const int status = response.status;
  const bool is_no_json = status == 200 && reply_json(response.body).is_discarded();
  if (status != 404 && status != 405 && !is_no_json) return "";
  const std::string asked = without_user(url);
  std::string hint = " Asked: " + asked + ".";
  for (const char* const path : {"/chat/completions", "/embeddings", "/messages", "/responses"}) {
    const std::size_t first = asked.find(path);
    if (first != std::string::npos && asked.find(path, first + 1) != std::string::npos)
      return hint + " base_url ends before \"" + path + "\", which is appended: remove it there.";
  }
  const std::string said = fold_case(message_of(parse_json(response.body)));
  if (said.find("model") != std::string::npos && said.find('/') == std::string::npos) return hint;
  const std::size_t host = asked.find("://");
  const std::size_t slash = host == std::string::npos ? host : asked.find('/', host + 3);
  const bool has_version =
      asked.find("/v1") != std::string::npos || asked.find("/v2") != std::string::npos ||
      asked.find("/v3") != std::string::npos || asked.find("/v4") != std::string::npos ||
      asked.find("/openai") != std::string::npos;
  if (slash != std::string::npos && !has_version)
    return hint + " Most servers have the API under \"/v1\": does base_url end in /v1?";
  return hint;
}

std::string quoted(const std::string& text) {
  std::string line = make_valid_utf8(text.substr(0, kLongestQuote));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 32 || c == 127; }, ' ');
  return '"' + std::string(trim(line)) + (text.size() > kLongestQuote ? "..\"" : "\"");
}

}  // namespace zopo::llm
