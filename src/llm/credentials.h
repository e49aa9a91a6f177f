#pragma once
// Addresses and keys of an endpoint, kept out of everything that is written down.

#include <string>

#include "zopo/base/error.h"
#include "zopo/http/transport.h"
#include "zopo/llm/endpoint.h"

namespace zopo::llm {

// base_url and path with one "/" between them.
std::string endpoint_url(const EndpointSettings& settings, const std::string& path);
// Where Azure has a deployment's operation: path is "/chat/completions", "/embeddings".
std::string azure_url(const EndpointSettings& settings,
                      const std::string& model,
                      const std::string& path);
// The same settings with the address that stands in keys.
EndpointSettings as_keyed(EndpointSettings settings);
// The address that stands for a command: "exec:///" and its words as JSON.
std::string command_url(const EndpointSettings& settings);
// How messages name what is behind url: its host, or the command.
std::string endpoint_name(const std::string& url);

// The header that a provider wants the key in: "Authorization: Bearer ..".
struct KeyHeader {
  std::string name, prefix;
};
// Of the providers that have several APIs.
inline const KeyHeader kBearer = {"Authorization", "Bearer "};
inline const KeyHeader kGeminiKey = {"x-goog-api-key", ""};
inline const KeyHeader kAzureKey = {"api-key", ""};
inline const EndpointDefaults kOpenAi = {"https://api.openai.com/v1", "OPENAI_API_KEY",
                                         "OPENAI_BASE_URL"};
inline const EndpointDefaults kGemini = {"https://generativelanguage.googleapis.com/v1beta",
                                         "GEMINI_API_KEY", ""};
inline const EndpointDefaults kAzure = {"", "AZURE_OPENAI_API_KEY", ""};

// The headers of a JSON request, the key from the environment among them; registers the secrets
// with redact_in_logs().
http::Headers json_headers(const EndpointSettings& settings, const KeyHeader& key_header);
// Adds to an error of kind auth which variable the key comes from.
Error with_key_hint(Error error, const EndpointSettings& settings);

}  // namespace zopo::llm
