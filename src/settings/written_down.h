#pragma once
// What must not be written down: a task file is passed around, and every run keeps a copy of it.

#include <nlohmann/json_fwd.hpp>

#include "settings/metric_settings.h"

namespace zopo::settings {

// Refuses, without saying it, a key or password in a task's values: as a member of "extra" that is
// named like one, as the value of the variable that an "api_key_env" names, or in the query of a
// "base_url", which no request could use either.
void refuse_secrets(const nlohmann::json& task, const Refuse& refuse);

}  // namespace zopo::settings
