#pragma once
// What the replies of all JSON APIs have in common: how they say that something went wrong.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "zopo/base/clock.h"
#include "zopo/base/error.h"
#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

// The Error of a reply that is not of status 200 to 299, is no JSON, or carries an error object;
// json is the parsed body, or discarded. Nothing when the body is to be read as an answer. Kinds as
// parse_openai_chat() has them.
std::optional<Error> api_error(int status,
                               const http::Headers& headers,
                               const std::string& body,
                               const nlohmann::json& json);

// The server's own words for what went wrong, or "".
std::string message_of(const nlohmann::json& json);

// Whether a reply says that the account may spend no more: no money left, or a limit that holds for
// days. No waiting mends that, whatever the status is.
bool account_is_exhausted(const nlohmann::json& json);

// Whether a refusal is about what this very request says (its length, or content that a filter or a
// moderator objects to): no sign that others would be refused, too.
bool is_about_content(int status, const nlohmann::json& json);

// Whether a refusal tells of the model, the route or the account rather than of one request.
bool is_about_all(int status, const nlohmann::json& json);

// Whether the reply to a request for embeddings says that there are none to be had: no such route,
// no such model, or a model for something else. Never so for a wrong key or a busy server.
bool has_no_embeddings(int status, const nlohmann::json& json);

// How long the body asks to wait ("retryDelay" of Google's RetryInfo); their replies have no
// header.
std::optional<Milliseconds> wait_in(const nlohmann::json& json);

// Where a reply tells that no API is at url (404, 405, a redirect, no JSON): which address was
// asked, and what of it is the likely mistake. Else "".
std::string route_hint(const http::Response& response, const std::string& url);

// The beginning of what a server said, on one line, in quotation marks.
std::string quoted(const std::string& text);

}  // namespace zopo::llm
