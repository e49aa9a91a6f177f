// The key that a request's answer is stored under, and addresses without what is secret in them.
// Called by every client of an endpoint.

#include "zopo/llm/endpoint.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "llm/credentials.h"
#include "zopo/base/log.h"
#include "zopo/base/text.h"

namespace zopo::llm {
namespace {

// Raise it whenever equal bytes below would no longer mean equal answers.
constexpr const char* kKeySchema = "zopo request 1";

struct UserInfo {
  std::size_t begin = 0;
  std::size_t size = 0;  // the "@" included
};

UserInfo user_info_in(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < begin) return {};
  return {begin, at + 1 - begin};
}

}  // namespace

Sha256 request_key(const std::string& url, const std::string& body, int repeat) {
  std::string bytes = kKeySchema;  // a URL has no line breaks, so the parts can not run together
  bytes += '\n' + without_user(url) + '\n' + std::to_string(repeat) + '\n' + body;
  return sha256(bytes);
}

std::string without_user(const std::string& url) {
  const UserInfo user = user_info_in(url);
  return std::string(url).erase(user.begin, user.size);
}

std::string endpoint_url(const EndpointSettings& settings, const std::string& path) {
  std::string url = settings.base_url;
  while (url.ends_with('/')) url.pop_back();
  return url + path;
}

std::string azure_url(const EndpointSettings& settings,
                      const std::string& model,
                      const std::string& path) {
  const std::string& deployment = settings.deployment.empty() ? model : settings.deployment;
  return endpoint_url(settings, "/openai/deployments/" + deployment + path +
                                    "?api-version=" + settings.api_version);
}

EndpointSettings as_keyed(EndpointSettings settings) {
  if (!settings.keyed_as.empty()) settings.base_url = settings.keyed_as;
  return settings;
}

// Three slashes, so that no "@" in the words is taken for a user's.
std::string command_url(const EndpointSettings& settings) {
  return "exec:///" + nlohmann::json(settings.command)
                          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string endpoint_name(const std::string& url) {
  return url.starts_with("exec:///") ? "The command " + url.substr(8) : http::host_of(url);
}

http::Headers json_headers(const EndpointSettings& settings, const KeyHeader& key_header) {
  http::Headers headers = {{"Content-Type", "application/json"}};
  const char* const value =
      settings.api_key_env.empty() ? nullptr : std::getenv(settings.api_key_env.c_str());
  const std::string key(value ? trim(value) : "");  // a key read from a file ends in a line break
  if (!key.empty()) {
    redact_in_logs(key);
    headers.emplace_back(key_header.name, key_header.prefix + key);
  }
  const UserInfo user = user_info_in(settings.base_url);
  if (user.size > 1) redact_in_logs(settings.base_url.substr(user.begin, user.size - 1));
  return headers;
}

Error with_key_hint(Error error, const EndpointSettings& settings) {
  if (error.kind != ErrorKind::auth || settings.api_key_env.empty()) return error;
  const bool set = std::getenv(settings.api_key_env.c_str()) != nullptr;
  error.message += set ? " Check the key in the environment variable " + settings.api_key_env + "."
                       : " The environment variable " + settings.api_key_env + " is not set.";
  return error;
}

}  // namespace zopo::llm
