#pragma once
// The winner of a run as a configuration of promptfoo, with the task's examples as test cases.

#include <filesystem>
#include <string>

namespace zopo::app {

// JSON, which is YAML too. split: "test" or "dev". The metric is written out as an assertion in
// JavaScript that passes where zopo scores 1. Throws Failure: a run without a winner;
// Failure{config} for what promptfoo cannot be told: a metric other than exact_match, an extraction
// step beyond first_line, last_line, after and regex, a provider beyond openai and anthropic, texts
// that its templates would expand.
std::string promptfoo_config(const std::filesystem::path& run, const std::string& split);

}  // namespace zopo::app
