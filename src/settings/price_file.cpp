// Reads the prices of models. Called by task_values.cpp where a task names such a file.

#include "settings/price_file.h"

#include <fmt/core.h>

#include <vector>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/json_document.h"

namespace zopo::settings {

PriceFile::PriceFile(const std::filesystem::path& file, const nlohmann::json& price_schema)
    : name_(file.string()) {
  const data::JsonDocument document = data::JsonDocument::load(file);
  const nlohmann::json schema = {{"type", "object"}, {"additionalProperties", price_schema}};
  const std::vector<std::string> violations = data::schema_violations(document, schema);
  if (!violations.empty()) throw Failure(ErrorKind::config, join(violations, "\n"));
  prices_ = document.json();
}

std::optional<nlohmann::json> PriceFile::find(const std::string& model) const {
  const auto found = prices_.find(model);
  if (found == prices_.end()) return std::nullopt;
  return *found;
}

nlohmann::json PriceFile::at(const std::string& model) const {
  if (const auto price = find(model)) return *price;
  std::vector<std::string> models;
  for (const auto& [name, price] : prices_.items()) models.push_back(name);
  throw Failure(ErrorKind::config,
                fmt::format("{}: no price of model \"{}\"; names are matched exactly{}. Add it.",
                            name_, model, did_you_mean(model, models)));
}

}  // namespace zopo::settings
