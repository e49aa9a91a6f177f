#pragma once
// Prices of models in a file of their own, shared by many tasks:
//
//   {"gpt-4.1-mini": {"prompt_usd_per_million": 0.4, "completion_usd_per_million": 1.6}}

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace zopo::settings {

class PriceFile {
 public:
  // price_schema: of one model's price. Throws Failure{config} with every violation and its place.
  PriceFile(const std::filesystem::path& file, const nlohmann::json& price_schema);

  // The price of exactly that model.
  std::optional<nlohmann::json> find(const std::string& model) const;
  // The same; throws Failure{config}, naming the nearest model, where there is none.
  nlohmann::json at(const std::string& model) const;

 private:
  std::string name_;
  nlohmann::json prices_;
};

}  // namespace zopo::settings
