#include "bench/plan.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <memory>
#include <set>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/bench/bench.h"
#include "zopo/data/json_document.h"
#include "zopo/optim/method.h"

namespace zopo::bench {
namespace {

using data::JsonDocument;
using nlohmann::json;
using Pointer = json::json_pointer;

[[noreturn]] void refuse(const JsonDocument& file, const char* at, const std::string& what) {
  throw Failure(ErrorKind::config, file.where(Pointer(at)) + what);
}

void check_schema(const JsonDocument& file) {
  const std::vector<std::string> violations =
      data::schema_violations(file, json::parse(bench_schema_text()));
  if (!violations.empty()) throw Failure(ErrorKind::config, join(violations, "\n"));
}

// Files in the shell's order.
std::vector<std::filesystem::path> matches(const std::filesystem::path& pattern) {
  glob_t found{};
  const std::unique_ptr<glob_t, decltype(&globfree)> owner(&found, &globfree);
  if (glob(pattern.c_str(), 0, nullptr, &found) != 0) return {};
  return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

// Those of the globs under key, relative to base. advice: what to do where one matches nothing.
std::vector<std::filesystem::path> files_of(const JsonDocument& file,
                                            const char* key,
                                            const std::vector<std::string>& patterns,
                                            const char* advice) {
  std::vector<std::filesystem::path> files;
  for (const std::string& pattern : patterns) {
    const std::vector<std::filesystem::path> found = matches(pattern);
    if (found.empty()) refuse(file, key, fmt::format("no file matches {}; {}", pattern, advice));
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<std::string> patterns_of(const json& globs, const std::filesystem::path& base) {
  std::vector<std::string> patterns;
  for (const json& glob : globs) patterns.push_back(base / glob.get<std::string>());
  return patterns;
}

void set_inputs(const JsonDocument& file,
                const std::filesystem::path& base,
                const std::vector<std::filesystem::path>& folders,
                BenchPlan& plan) {
  const json& all = file.json();
  if (!all.contains("landscapes") && !all.contains("tasks") && folders.empty())
    refuse(file, "", "nothing to compare on: name \"landscapes\", \"tasks\" or both");
  std::vector<std::string> patterns;
  for (const std::filesystem::path& folder : folders) patterns.push_back(folder / "*.json");
  if (folders.empty()) patterns = patterns_of(all.value("landscapes", json::array()), base);
  plan.landscapes =
      files_of(file, "/landscapes", patterns, "name another folder with --landscapes");
  plan.tasks = files_of(file, "/tasks", patterns_of(all.value("tasks", json::array()), base),
                        "name task files");
  for (const char* key :
       {"models", "set", "store", "caps", "requests_per_minute", "tokens_per_minute"}) {
    if (plan.tasks.empty() && all.contains(key))
      refuse(file, ("/" + std::string(key)).c_str(), "is for \"tasks\"; there are none");
  }
}

void set_models(const JsonDocument& file, BenchPlan& plan) {
  std::set<std::string> names;
  const json models = file.json().value("models", json::array());
  for (const json& model : models) {
    plan.models.push_back({model["name"], model["llm"]});
    if (!names.insert(plan.models.back().name).second) {
      refuse(file, "/models", fmt::format("two models are called \"{}\"", plan.models.back().name));
    }
  }
}

template <class T>
std::optional<T> given(const json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return object[key].get<T>();
}

void set_live(const JsonDocument& file, const std::filesystem::path& base, BenchPlan& plan) {
  const json& all = file.json();
  set_models(file, plan);
  const json axes = all.value("set", json::object());
  for (const auto& [path, values] : axes.items())
    plan.axes.push_back({path, values.get<std::vector<json>>()});
  if (all.contains("store")) plan.store = base / all["store"].get<std::string>();
  const json caps = all.value("caps", json::object());
  plan.caps = {given<std::int64_t>(caps, "calls"), given<std::int64_t>(caps, "tokens"),
               given<double>(caps, "usd"), given<double>(caps, "seconds")};
  plan.requests_per_minute = given<double>(all, "requests_per_minute");
  plan.tokens_per_minute = given<double>(all, "tokens_per_minute");
  plan.retries = all.value("retries", plan.retries);
}

BenchMethod method_of(const json& entry) {
  if (entry.is_string()) return {entry.get<std::string>(), entry.get<std::string>()};
  const std::string method = entry["method"].get<std::string>();
  return {entry.value("name", method), method, entry.value("options", json::object())};
}

std::vector<BenchMethod> methods_of(const JsonDocument& file) {
  const std::vector<std::string> known = optim::known_methods();
  std::vector<BenchMethod> methods;
  std::set<std::string> names;
  for (const json& entry : file.json()["methods"]) {
    methods.push_back(method_of(entry));
    const BenchMethod& added = methods.back();
    if (std::find(known.begin(), known.end(), added.method) == known.end()) {
      refuse(file, "/methods",
             fmt::format("unknown method \"{}\"; known are {}{}", added.method, join(known, ", "),
                         did_you_mean(added.method, known)));
    }
    if (!names.insert(added.name).second) {
      refuse(file, "/methods",
             fmt::format("two methods are called \"{}\"; give one a \"name\"", added.name));
    }
  }
  return methods;
}

}  // namespace

BenchPlan load_bench_plan(const std::filesystem::path& file,
                          const std::vector<std::filesystem::path>& folders) {
  const JsonDocument document = JsonDocument::load(file);
  check_schema(document);
  const json& all = document.json();
  BenchPlan plan;
  set_inputs(document, file.parent_path(), folders, plan);
  set_live(document, file.parent_path(), plan);
  plan.methods = methods_of(document);
  plan.seeds = all.value("seeds", plan.seeds);
  plan.first_seed = all.value("first_seed", plan.first_seed);
  plan.min_spread = all.value("min_spread", plan.min_spread);
  plan.variants = conditions_of(document);
  return plan;
}

}  // namespace zopo::bench
