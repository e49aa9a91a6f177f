#pragma once
// The parts that several results share, as JSON and as words.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/report/run_result.h"
#include "zopo/store/run_dir.h"
#include "zopo/task/statistics.h"

namespace zopo::report {

nlohmann::json to_json(const std::optional<Score>& score);  // null without one
nlohmann::json to_json(const std::optional<task::PairedDifference>& difference);
nlohmann::json to_json(const RunUsage& usage);
// A line with what each kind of calls came to; "" where there is only one kind.
std::string describe_roles(const RunUsage& usage);

// "0.910 [0.840, 0.950] on 100"
std::string describe(const Score& score);
// ", 2 truncated, 1 without an answer", or "".
std::string shortfalls(const Score& score);
// "exact_match 0.910 [0.840, 0.950] on 100, judge 0.700 [0.620, 0.770] on 99"
std::string describe(const std::vector<MetricMean>& metrics);
// "+0.120 [+0.050, +0.190] against the baseline, p = 0.001, significantly better"
std::string describe(const task::PairedDifference& difference, const std::string& against);

// What a run's best prompt was compared with: "the baseline", "the first initial prompt".
std::string compared_with(const std::string& baseline_source);

// The value at pointer, if it is there and of that kind.
template <class T>
std::optional<T> value_at(const nlohmann::json& object, const std::string& pointer) {
  const nlohmann::json::json_pointer at(pointer);
  if (!object.contains(at)) return std::nullopt;
  try {
    return object.at(at).get<T>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}
// A score as to_json wrote it there.
std::optional<Score> score_at(const nlohmann::json& result, const std::string& pointer);

// The JSON object in a file of a run. Throws Failure{data}, with what to do, without one.
nlohmann::json json_of_run(const store::RunDir& run, const char* file);

}  // namespace zopo::report
