#pragma once
// The values of a task file, complete: what the file says, what flags and variables put over it,
// and the defaults.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "zopo/data/json_document.h"
#include "zopo/settings/settings.h"

namespace zopo::settings {

// The newest version of Azure's API that is no preview.
inline constexpr const char* kAzureVersion = "2024-10-21";

struct TaskValues {
  data::JsonDocument document;  // says where a value stands: the file, or the file with overrides
  nlohmann::json values;        // valid by the schema, every default and price filled in
};

// Throws Failure{config} with every violation of the schema, one a line; Failure{usage} for an
// override that leads nowhere.
TaskValues load_task(const std::filesystem::path& file, const std::vector<Override>& overrides);

}  // namespace zopo::settings
