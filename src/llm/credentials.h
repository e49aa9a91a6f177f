#pragma once
// Addresses and keys of an endpoint, kept out of everything that is written down.

#include <string>

#include "zopo/base/error.h"
#include "zopo/http/transport.h"
#include "zopo/llm/endpoint.h"

namespace zopo::llm {

// url without "user:password@".
std::string without_user(const std::string& url);
// base_url and path with one "/" between them.
std::string endpoint_url(const EndpointSettings& settings, const std::string& path);
// The header that a provider wants the key in: "Authorization: Bearer ..".
struct KeyHeader {
  std::string name, prefix;
};
// The headers of a JSON request, the key from the environment among them; registers the secrets
// with redact_in_logs().
http::Headers json_headers(const EndpointSettings& settings, const KeyHeader& key_header);
// Adds to an error of kind auth which variable the key comes from.
Error with_key_hint(Error error, const EndpointSettings& settings);

}  // namespace zopo::llm
