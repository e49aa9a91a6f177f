#pragma once
// Run directories -> one HTML page that needs no network: curve, map, ranked prompts with their
// answers, spending, calibration of the model, configuration.

#include <filesystem>
#include <span>
#include <string>

namespace zopo::report {

// Several runs are compared in one page. Throws Failure{usage} for what is no run, Failure{data}
// for one without readable records. All texts reach the page as JSON in which no "<" stands, and
// its script shows them as text nodes only.
std::string html_report(std::span<const std::filesystem::path> runs);

}  // namespace zopo::report
