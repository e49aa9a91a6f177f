#pragma once
// What every request of a chat client is made with, whatever the provider.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace zopo::llm {

// What is not set is not sent.
struct ChatSettings {
  std::string model = {};
  std::optional<double> temperature = {};
  std::optional<std::int64_t> max_tokens = {};
  std::optional<double> top_p = {};
  std::optional<std::int64_t> seed = {};
  std::vector<std::string> stop = {};
  // Merged into the body (RFC 7396: null removes a field), for what only one server knows:
  // {"cache_prompt": true}, {"max_tokens": null, "max_completion_tokens": 99}.
  nlohmann::json extra = nlohmann::json::object();
};

}  // namespace zopo::llm
