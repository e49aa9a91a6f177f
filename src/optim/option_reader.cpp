#include "optim/option_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::optim {

OptionReader::OptionReader(std::string method, const nlohmann::json& options)
    : method_(std::move(method)), options_(options) {
  if (options_.is_object() || options_.is_null()) return;
  throw Failure(ErrorKind::config, fmt::format("The options of method {} are {}; they must be an "
                                               "object",
                                               method_, options_.dump()));
}

const nlohmann::json* OptionReader::find(const std::string& key) {
  known_.push_back(key);
  const auto it = options_.find(key);
  return it == options_.end() ? nullptr : &*it;
}

void OptionReader::refuse(const std::string& key,
                          const nlohmann::json& value,
                          const std::string& wanted) const {
  throw Failure(ErrorKind::config, fmt::format("Option \"{}\" of method {} is {}; it must be {}",
                                               key, method_, value.dump(), wanted));
}

double OptionReader::number(const std::string& key, double fallback, double least, double most) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_number() && least <= value->get<double>() && value->get<double>() <= most) {
    return value->get<double>();
  }
  refuse(key, *value, fmt::format("a number from {} to {}", least, most));
}

std::int64_t OptionReader::integer(const std::string& key,
                                   std::int64_t fallback,
                                   std::int64_t least,
                                   std::int64_t most) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_number_integer() && value->get<double>() >= static_cast<double>(least) &&
      value->get<double>() <= static_cast<double>(most)) {
    return value->get<std::int64_t>();
  }
  refuse(key, *value, fmt::format("a whole number from {} to {}", least, most));
}

bool OptionReader::flag(const std::string& key, bool fallback) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) refuse(key, *value, "true or false");
  return value->get<bool>();
}

std::string OptionReader::choice(const std::string& key,
                                 const std::string& fallback,
                                 const std::vector<std::string>& allowed) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_string() &&
      std::find(allowed.begin(), allowed.end(), value->get<std::string>()) != allowed.end()) {
    return value->get<std::string>();
  }
  refuse(key, *value, "one of " + join(allowed, ", "));
}

nlohmann::json OptionReader::raw(const std::string& key) {
  const nlohmann::json* value = find(key);
  return value == nullptr ? nlohmann::json() : *value;
}

void OptionReader::finish() const {
  for (const auto& [key, value] : options_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string options = known_.empty() ? "it has none" : "it has " + join(known_, ", ");
    throw Failure(ErrorKind::config, fmt::format("Method {} has no option \"{}\"{} ({})", method_,
                                                 key, did_you_mean(key, known_), options));
  }
}

}  // namespace zopo::optim
