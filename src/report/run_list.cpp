// Finds the runs below a folder. Called by zopo runs and zopo report.

#include "zopo/report/run_list.h"

#include <algorithm>
#include <system_error>

#include "report/json_parts.h"
#include "report/run_summary.h"
#include "zopo/base/error.h"
#include "zopo/store/run_dir.h"

namespace zopo::report {
namespace {

using nlohmann::json;

std::string string_at(const json& object, const std::string& pointer) {
  return value_at<std::string>(object, pointer).value_or("");
}

void add_result(const json& result, ListedRun& run) {
  const bool evaluation = result.contains("prompts");
  run.winner = string_at(result, evaluation ? "/prompts/0/prompt" : "/best/prompt");
  run.test = value_at<double>(result, evaluation ? "/prompts/0/score" : "/best/test/score");
  run.calls = value_at<std::int64_t>(result, "/usage/calls");
  run.usd = value_at<double>(result, "/usage/usd");
  const std::string stopped = string_at(result, "/stopped");
  const bool is_done = !is_cut_short(stopped, run.test.has_value());
  run.state = evaluation ? "evaluated" : is_done ? "done" : stopped;
}

ListedRun listed(const std::filesystem::path& directory) {
  ListedRun run;
  run.directory = directory;
  run.state = "unreadable";
  try {
    const store::RunDir records = store::RunDir::open(directory);
    const json manifest = json_of_run(records, "manifest.json");
    run.created = string_at(manifest, "/created");
    run.task = string_at(manifest, "/settings/name");
    run.model = string_at(manifest, "/settings/llm/model");
    run.state = "unfinished";
    if (std::filesystem::exists(directory / "result.json"))
      add_result(json_of_run(records, "result.json"), run);
  } catch (const Failure&) {  // a list says so in its place, and goes on
    run.state = "unreadable";
  }
  return run;
}

}  // namespace

std::vector<ListedRun> list_runs(const std::filesystem::path& folder) {
  std::vector<ListedRun> runs;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    if (std::filesystem::exists(entry.path() / "manifest.json")) runs.push_back(listed(entry));
  }
  std::sort(runs.begin(), runs.end(), [](const ListedRun& a, const ListedRun& b) {
    return std::pair(a.created, a.directory) > std::pair(b.created, b.directory);
  });
  return runs;
}

json to_json(const std::vector<ListedRun>& runs) {
  json list = json::array();
  for (const ListedRun& run : runs) {
    list.push_back({{"run", run.directory.string()},
                    {"created", run.created},
                    {"task", run.task},
                    {"model", run.model},
                    {"winner", run.winner},
                    {"test", run.test ? json(*run.test) : json(nullptr)},
                    {"calls", run.calls ? json(*run.calls) : json(nullptr)},
                    {"usd", run.usd ? json(*run.usd) : json(nullptr)},
                    {"state", run.state}});
  }
  return list;
}

}  // namespace zopo::report
