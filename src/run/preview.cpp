// What `zopo optimize --dry-run` says: nothing is sent.

#include <nlohmann/json.hpp>
#include <optional>

#include "zopo/data/output_form.h"
#include "zopo/run/candidate_embeddings.h"
#include "zopo/run/optimize.h"
#include "zopo/run/problem.h"

namespace zopo::run {
namespace {

void describe_data(const Inputs& inputs, Preview& preview) {
  const data::Dataset& dev = inputs.splits.dev;
  preview.layout = dev.layout;
  preview.outputs = data::describe(data::output_form(dev));
  preview.metric = inputs.metrics.front().name;
  for (const auto& [name, text] : dev.examples.front().fields) preview.fields.push_back(name);
  preview.first_references = dev.examples.front().references;
  const task::Candidate candidate = inputs.candidates.empty()
                                        ? task::Candidate(std::string("(instruction)"))
                                        : inputs.candidates.front();
  preview.first_messages = inputs.prompt.fill(candidate, dev.examples.front());
}

// Text features fit every method, so they are not made for this: of 100,000 prompts they take
// longer than all else. Only layers have to have their width.
bool needs_embeddings(const settings::Settings& settings) {
  if (settings.candidates.write) return false;
  if (settings.embeddings.file) return true;
  const nlohmann::json& options = settings.optimizer.options;
  return options.is_object() && options.contains("layers");
}

}  // namespace

Preview preview(const std::filesystem::path& task_file,
                const std::vector<settings::Override>& overrides) {
  Preview preview;
  preview.settings = settings::load_settings(task_file, overrides);
  const Inputs inputs = load_inputs(preview.settings);
  preview.plan = make_plan(preview.settings, inputs);
  preview.cost = bound_cost(preview.settings, inputs, preview.plan);
  preview.candidates = static_cast<std::size_t>(expected_candidates(preview.settings, inputs));
  preview.train = inputs.splits.train.examples.size();
  preview.dev = inputs.splits.dev.examples.size();
  preview.test = inputs.splits.test.examples.size();
  preview.warnings = inputs.warnings;
  describe_data(inputs, preview);
  std::optional<data::Embeddings> local;
  if (needs_embeddings(preview.settings)) {
    if (auto z = local_embeddings(preview.settings, inputs)) local.emplace(*z);
  }
  check_method(preview.settings, inputs, preview.plan, local);
  return preview;
}

}  // namespace zopo::run
