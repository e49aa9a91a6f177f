#pragma once
// The metrics of a task, made for its data.

#include <string>
#include <vector>

#include "zopo/data/split.h"
#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// In the order of the settings. Where the user named none, or promptfoo's in zopo's words, the data
// decide: promptfoo's own assertions, json for outputs that are objects. References that a metric
// would take for one another are kept apart. Throws Failure{config}.
std::vector<LoadedMetric> load_metrics(const std::vector<settings::MetricSettings>& settings,
                                       const data::Splits& splits,
                                       std::vector<std::string>& warnings);

// Every score of such an example would be 0, or 1, whatever the prompt. Throws Failure{data}.
void refuse_hopeless_references(const Inputs& inputs);

}  // namespace zopo::run
