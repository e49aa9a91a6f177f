#include "zopo/run/manifest.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <map>

#include "run/sealed_test.h"
#include "zopo/base/clock.h"
#include "zopo/base/error.h"
#include "zopo/base/hash.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"
#include "zopo/llm/endpoint.h"

namespace zopo::run {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kFallback = "embeddings_fallback";

// Settings that may differ between the parts of one run.
constexpr std::array kFree = {"/output",
                              "/llm/concurrency",
                              "/llm/connect_timeout_ms",
                              "/llm/idle_timeout_ms",
                              "/llm/total_timeout_ms",
                              "/llm/max_attempts",
                              "/llm/retry_wait_ms",
                              "/llm/max_retry_wait_ms",
                              "/llm/requests_per_minute",
                              "/llm/tokens_per_minute",
                              "/llm/circuit_breaker",
                              "/llm/max_response_bytes",
                              "/llm/price",
                              "/llm/price_file",
                              "/embeddings/batch",
                              "/embeddings/usd_per_million",
                              "/evaluation/max_error_rate",
                              "/evaluation/all_wrong",
                              "/budget/calls",
                              "/budget/tokens",
                              "/budget/usd",
                              "/budget/seconds"};

json shaping(json settings) {
  for (const std::string free : kFree) {
    for (const std::string& place : {free, "/judge" + free, "/candidates/write" + free}) {
      const json::json_pointer pointer(place);
      if (settings.contains(pointer)) settings[pointer.parent_pointer()].erase(pointer.back());
    }
  }
  return settings;
}

// Where a setting has an endpoint: its address now, and as keys have it.
struct Address {
  std::string place;
  const std::string* now;
  std::string* keyed_as;
};

std::vector<Address> addresses_of(settings::Settings& settings) {
  std::vector<Address> all = {{"/llm", &settings.llm.base_url, &settings.llm.keyed_as}};
  if (settings.judge)
    all.push_back({"/judge/llm", &settings.judge->llm.base_url, &settings.judge->llm.keyed_as});
  if (settings.candidates.write && settings.candidates.write->llm) {
    settings::LlmSettings& llm = *settings.candidates.write->llm;
    all.push_back({"/candidates/write/llm", &llm.base_url, &llm.keyed_as});
  }
  all.push_back({"/embeddings", &settings.embeddings.base_url, &settings.embeddings.keyed_as});
  std::erase_if(all, [](const Address& one) { return one.now->empty(); });
  return all;
}

// {"/llm": {"base_url": .., "keyed_as": ..}}
json addresses_json(settings::Settings settings) {
  json addresses = json::object();
  for (const Address& one : addresses_of(settings)) {
    addresses[one.place] = {{"base_url", llm::without_user(*one.now)}};
    if (!one.keyed_as->empty()) addresses[one.place]["keyed_as"] = *one.keyed_as;
  }
  return addresses;
}

// keep_addresses() looks at them.
json without_addresses(json shape) {
  for (const char* const place : {"/llm", "/judge/llm", "/candidates/write/llm", "/embeddings"}) {
    const json::json_pointer at(std::string("/settings") + place);
    if (shape.contains(at) && shape[at].is_object()) shape[at].erase("base_url");
  }
  return shape;
}

// A path of any bytes; JSON is UTF-8.
json path_json(const std::filesystem::path& path) {
  const std::string text = path.string();
  if (is_valid_utf8(text)) return text;
  std::string hex;
  for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return {{"hex", hex}};
}

std::filesystem::path path_from(const json& written) {
  if (written.is_string()) return written.get<std::string>();
  const std::string hex = written.at("hex");
  std::string text;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    text += static_cast<char>(std::strtol(hex.substr(i, 2).c_str(), nullptr, 16));
  return text;
}

bool known_address(const json& manifest) { return manifest.contains("addresses"); }

json shape_of(const json& manifest) {
  return {{"settings", shaping(manifest.at("settings"))}, {"hashes", manifest.at("hashes")}};
}

// Tells examples apart in whatever file and order they stand, so that two runs can be compared on
// those they share.
json example_keys(const data::Dataset& dataset) {
  json keys = json::array();
  for (const data::Example& example : dataset.examples) {
    const json whole = {example.input, example.references, example.fields};
    keys.push_back(
        sha256_hex(whole.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, 16));
  }
  return keys;
}

[[noreturn]] void refuse_manifest(const store::RunDir& run) {
  throw Failure(ErrorKind::data,
                (run.path() / "manifest.json").string() +
                    ": not a manifest of a run; restore it, or start a new run with --cache " +
                    run.responses().string() + " to use the answers paid for.");
}

// What read makes of the manifest, which may be anything by now.
template <class Read>
auto from_manifest(const store::RunDir& run, Read read) {
  const json manifest = parse_json_of_others(run.read("manifest.json"));
  if (!manifest.is_object()) refuse_manifest(run);
  try {
    return read(manifest);
  } catch (const json::exception&) {
    refuse_manifest(run);
  }
}

}  // namespace

json make_manifest(const settings::Settings& settings,
                   const std::vector<settings::Override>& overrides,
                   const Inputs& inputs,
                   const std::string& embeddings_hash) {
  json changes = json::array();
  for (const settings::Override& change : overrides) {
    changes.push_back({{"path", change.path}, {"value", change.value}, {"source", change.source}});
  }
  json score_files = json::array();
  for (const std::filesystem::path& file : inputs.score_files)
    score_files.push_back(path_json(std::filesystem::absolute(file)));
  return {{"format", kFormat},
          {"zopo", ZOPO_VERSION},
          {"task_file", path_json(std::filesystem::absolute(settings.task_file))},
          {"addresses", addresses_json(settings)},
          {"overrides", changes},
          {"settings", settings.canonical},
          {"hashes",
           {{"data", inputs.data_hash},
            {"candidates", inputs.candidates_hash},
            {"embeddings", embeddings_hash}}},
          {"score_files", score_files},
          {"test_examples", example_keys(inputs.splits.test)}};
}

void keep_known_scores(const store::RunDir& run, settings::Settings& settings) {
  if (settings.candidates.scores.empty()) return;
  settings.candidates.scores = from_manifest(run, [](const json& manifest) {
    std::vector<std::filesystem::path> files;
    for (const json& file : manifest.value("score_files", json::array()))
      files.push_back(path_from(file));
    return files;
  });
}

void keep_addresses(const store::RunDir& run, bool same_model, settings::Settings& settings) {
  const auto known = from_manifest(run, [](const json& manifest) {
    std::map<std::string, std::pair<std::string, std::string>> read;  // last address, as keyed
    const json addresses = manifest.value("addresses", json::object());
    for (const auto& [place, one] : addresses.items())
      read[place] = {one.at("base_url"),
                     one.value("keyed_as", one.at("base_url").get<std::string>())};
    return read;
  });
  for (const Address& one : addresses_of(settings)) {
    const auto before = known.find(one.place);
    if (before == known.end()) continue;
    const auto& [last, keyed] = before->second;
    const std::string now = llm::without_user(*one.now);
    if (now != last && !same_model) {
      throw Failure(ErrorKind::config,
                    fmt::format("{}: {}/base_url was {} and is {} now. Undo the change, or, where "
                                "the same model answers there, add --same-model.",
                                run.path().string(), one.place, last, now));
    }
    if (now != keyed) *one.keyed_as = keyed;
  }
}

// An instruction alone is a string.
json to_json(const task::Candidate& prompt) {
  if (prompt.shown.empty()) return prompt.instruction;
  return {{"prompt", prompt.instruction}, {"exemplars", prompt.exemplars}, {"shown", prompt.shown}};
}

task::Candidate candidate_from(const json& prompt) {
  if (prompt.is_string()) return prompt.get<std::string>();
  task::Candidate candidate = prompt.at("prompt").get<std::string>();
  candidate.exemplars = prompt.at("exemplars").get<std::vector<std::int64_t>>();
  candidate.shown = prompt.at("shown");
  return candidate;
}

json to_json(const EvaluatedPrompts& evaluated) {
  json prompts = json::array();
  for (const task::Candidate& one : evaluated.prompts) prompts.push_back(to_json(one));
  return {{"prompts", prompts}, {"split", evaluated.split}};
}

EvaluatedPrompts evaluated_prompts(const store::RunDir& run) {
  return from_manifest(run, [&](const json& manifest) -> EvaluatedPrompts {
    if (!manifest.contains("evaluate")) {
      throw Failure(ErrorKind::usage,
                    run.path().string() +
                        ": no run of zopo evaluate. Go on with it by zopo optimize "
                        "--resume, or score its winner with --run.");
    }
    const json& evaluated = manifest["evaluate"];
    EvaluatedPrompts found{{}, evaluated.at("split")};
    for (const json& prompt : evaluated.at("prompts"))
      found.prompts.push_back(candidate_from(prompt));
    return found;
  });
}

json manifest_so_far(const store::RunDir& run) {
  if (!std::filesystem::exists(run.path() / "manifest.json")) return nullptr;
  return from_manifest(run, [](const json& manifest) { return manifest; });
}

json settle_manifest(const store::RunDir& run, json manifest) {
  if (std::filesystem::exists(run.path() / "manifest.json")) {
    manifest["created"] = from_manifest(run, [&](const json& before) {
      check_same_run(before, manifest, run.path());
      const std::string fallback = before.value(kFallback, "");
      if (!fallback.empty()) manifest[kFallback] = fallback;
      if (before.contains(SealedTest::kKey)) manifest[SealedTest::kKey] = before[SealedTest::kKey];
      return before.value("created", "");
    });
  } else {
    manifest["created"] =
        fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                    fmt::gmtime(std::chrono::system_clock::to_time_t(system_clock().wall_now())));
  }
  run.write("manifest.json", manifest.dump(2) + "\n");
  return manifest;
}

std::string embeddings_fallback(const json& manifest) { return manifest.value(kFallback, ""); }

void note_embeddings_fallback(const store::RunDir& run, json& manifest, const std::string& why) {
  manifest[kFallback] = why;
  run.write("manifest.json", manifest.dump(2) + "\n");
}

std::string run_hash(const json& manifest) { return sha256_hex(shape_of(manifest).dump()); }

ResumedTask resumed_task(const store::RunDir& run) {
  return from_manifest(run, [](const json& manifest) {
    ResumedTask task{path_from(manifest.at("task_file")), {}};
    for (const json& change : manifest.at("overrides")) {
      task.overrides.push_back({change.at("path"), change.at("value"), change.at("source")});
    }
    return task;
  });
}

task::Candidate best_prompt_of(const store::RunDir& run) {
  const auto refuse = [&]() -> task::Candidate {
    throw Failure(ErrorKind::data,
                  (run.path() / "result.json").string() +
                      ": names no best prompt. Name a finished run of zopo optimize.");
  };
  try {
    const json best = parse_json_of_others(run.read("result.json")).at("best");
    task::Candidate prompt = best.at("prompt").get<std::string>();
    if (!best.contains("exemplars")) return prompt;
    for (const json& one : best.at("exemplars")) prompt.exemplars.push_back(one.at("train"));
    const std::string text = best.at("text"), before = prompt.instruction + "\n\n";
    if (!text.starts_with(before)) return refuse();
    prompt.shown = text.substr(before.size());
    return prompt;
  } catch (const json::exception&) {
    return refuse();
  }
}

void check_same_run(const json& before, const json& now, const std::filesystem::path& run) {
  if (before.contains("evaluate") != now.contains("evaluate")) {
    throw Failure(ErrorKind::usage,
                  fmt::format("{} is a run of zopo {}. Go on with it by that command.",
                              run.string(), before.contains("evaluate") ? "evaluate" : "optimize"));
  }
  const json then = known_address(before) ? without_addresses(shape_of(before)) : shape_of(before);
  const json shape = known_address(before) ? without_addresses(shape_of(now)) : shape_of(now);
  const json differences = json::diff(then.flatten(), shape.flatten());
  if (differences.empty()) return;
  const json::json_pointer at(differences[0].at("path").get<std::string>());
  const json then_flat = then.flatten(), now_flat = shape.flatten();
  const std::string& key = at.back();
  const auto value = [&](const json& flat) {
    return flat.contains(key) ? flat.at(key).dump() : "nothing";
  };
  throw Failure(
      ErrorKind::config,
      fmt::format("{} was started with {} = {}, now it is {}. Undo the change, or start a new run.",
                  run.string(), key, value(then_flat), value(now_flat)));
}

}  // namespace zopo::run
