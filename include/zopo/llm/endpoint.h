#pragma once
// What every client of an API endpoint is told, and the stores it works with.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "zopo/base/hash.h"
#include "zopo/http/rate_limiter.h"
#include "zopo/http/retry.h"
#include "zopo/store/claims.h"
#include "zopo/store/response_store.h"

namespace zopo::llm {

// What of an endpoint a provider's name alone says; "" where it says nothing.
struct EndpointDefaults {
  std::string base_url;
  std::string api_key_env;
  std::string base_url_env;  // a variable that wins over base_url where it is set
};

struct EndpointSettings {
  std::string base_url = "https://api.openai.com/v1";
  // Where the endpoint has moved: the address that stands in the keys of its answers. "": base_url.
  std::string keyed_as = {};
  // The environment variable with the key. Where it is unset, no key is sent: local servers want
  // none, and the error of a server that does names the variable.
  std::string api_key_env = "OPENAI_API_KEY";
  std::string deployment = {};            // azure: of the model; else named as it is
  std::string api_version = {};           // azure
  std::vector<std::string> command = {};  // exec: program and arguments; part of an answer's key
  int concurrency = 16;
  http::RateLimits rate_limits = {};
  int most_refusals = 10;  // permanent failures in a row that end everything
  bool offline = false;    // what is not stored is an error
  http::RetryOptions retry = {};
  std::uint64_t seed = 0;  // of the waits' jitter
  // When it turns true, nothing more is sent: what is in flight is awaited and kept, the rest are
  // errors of kind interrupted. May be null.
  const std::atomic<bool>* interrupted = nullptr;
};

// All borrowed; they outlive the client.
struct Stores {
  // Has every answer that was used, so that it alone replays the run. May be null in tests.
  store::ResponseStore* run = nullptr;
  // Looked at in turn for what run lacks; new answers go into those that are writable.
  std::vector<store::ResponseStore*> caches = {};
  // Of a writable cache that other processes may use at the same time; null: nothing is claimed.
  store::Claims* claims = nullptr;
};

// How the error of a cap over all who share a store begins: "The cap caps.calls = 10, over ..".
inline constexpr const char* kSharedCap = "The cap caps.";

// url without "user:password@".
std::string without_user(const std::string& url);

// The key of a request: SHA-256 of the key schema's version, url without user and password, repeat
// and body. No header is part of it, so no secret is.
Sha256 request_key(const std::string& url, const std::string& body, int repeat);

}  // namespace zopo::llm
