// Refuses keys and passwords in a task. Called by settings.cpp.

#include "settings/written_down.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "zopo/base/text.h"

namespace zopo::settings {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// Shorter values, and those without a digit, are placeholders that may stand in a task for other
// reasons: "EMPTY", "lm-studio", "sk-no-key-required".
constexpr std::size_t kShortestKey = 16;

bool is_like_a_key(const std::string& value) {
  return value.size() >= kShortestKey &&
         std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr const char* kWhatToDo =
    " Every run keeps a copy of the task, so keys do not belong in it. Put it into an environment "
    "variable and name that in \"api_key_env\".";

// "X-Api-Key" -> "xapikey"
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

bool is_name_of_key(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "apikey",      "xapikey",  "key",    "token",        "authtoken",
      "accesstoken", "password", "secret", "authorization"};
  return std::find(kNames.begin(), kNames.end(), plain_name(name)) != kNames.end();
}

// Calls visit(pointer, name, value) for every value below.
template <class Visit>
void walk(const json& value, const Pointer& at, const std::string& name, const Visit& visit) {
  visit(at, name, value);
  if (!value.is_structured()) return;
  for (const auto& [key, child] : value.items()) {
    const Pointer below = value.is_array() ? at / std::stoul(key) : at / key;
    walk(child, below, value.is_array() ? name : key, visit);
  }
}

std::set<std::string> keys_in_variables(const json& task) {
  std::set<std::string> keys;
  walk(task, Pointer(), "", [&](const Pointer&, const std::string& name, const json& value) {
    if (name != "api_key_env" || !value.is_string()) return;
    const char* const set = std::getenv(value.get_ref<const std::string&>().c_str());
    const std::string key(trim(set != nullptr ? set : ""));
    if (is_like_a_key(key)) keys.insert(key);
  });
  return keys;
}

bool is_in_extra(const Pointer& at) {
  for (Pointer above = at; !above.empty(); above = above.parent_pointer()) {
    if (above.parent_pointer().empty()) return false;
    if (above.parent_pointer().back() == "extra") return true;
  }
  return false;
}

}  // namespace

void refuse_secrets(const json& task, const Refuse& refuse) {
  const std::set<std::string> keys = keys_in_variables(task);
  walk(task, Pointer(), "", [&](const Pointer& at, const std::string& name, const json& value) {
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    const std::string pointer = at.to_string();
    if (name == "base_url" && text.find_first_of("?#") != std::string::npos) {
      refuse(pointer.c_str(), "an address with a query has no place for the path of a request." +
                                  std::string(kWhatToDo) +
                                  " For Azure's api-version there is \"api_version\".");
    }
    if (is_in_extra(at) && is_name_of_key(name)) {
      refuse(pointer.c_str(), "this is named like a key." + std::string(kWhatToDo));
    }
    for (const std::string& key : keys) {
      if (text.find(key) == std::string::npos) continue;
      refuse(pointer.c_str(),
             "this holds the key that stands in an environment variable." + std::string(kWhatToDo));
    }
  });
}

}  // namespace zopo::settings
