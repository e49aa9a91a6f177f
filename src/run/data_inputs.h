#pragma once
// The sides of the data, checked against what the prompt shows of them.

#include <set>
#include <string>
#include <vector>

#include "zopo/data/split.h"
#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// What the model is shown of an example, by the names of placeholders; "input" is the input.
std::set<std::string> shown_fields(const settings::Settings& settings);

// shown: see above. Throws Failure{data, config}.
data::Splits load_splits(const settings::Settings& task, const std::set<std::string>& shown);

// Leaves as many examples of dev and test as the settings say, at random. A number that is zopo's
// own becomes a warning.
void draw_scored_examples(const settings::DataSettings& settings,
                          data::Splits& splits,
                          std::vector<std::string>& warnings);

// The same example on two sides. Throws Failure{data}.
void refuse_overlaps(const data::Splits& splits, const std::set<std::string>& shown);
// A field that the prompt shows and some record lacks. Throws Failure{data}.
void refuse_missing_fields(const data::Splits& splits, const std::set<std::string>& shown);

// The fields that all examples that are scored have.
std::set<std::string> shared_fields(const data::Splits& splits);

// Fields that no message shows, into the inputs' warnings.
void warn_of_unshown(const settings::Settings& settings, Inputs& inputs);
// Prompts with {{input}} in them that nothing fills in, into the inputs' warnings.
void warn_of_placeholders(const settings::Settings& settings,
                          const std::vector<std::string>& prompts,
                          Inputs& inputs);

}  // namespace zopo::run
