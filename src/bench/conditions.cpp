#include "bench/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "zopo/base/error.h"

namespace zopo::bench {
namespace {

using data::JsonDocument;
using nlohmann::json;

constexpr const char* kOfExamples[] = {"calls",      "dev",          "examples_per_evaluation",
                                       "difficulty", "writing_cost", "price"};

// Keys that hold for a bench or one of its variants, and where they stand.
struct Keys {
  const JsonDocument& file;
  std::string at;
  json values;

  [[noreturn]] void refuse(const std::string& key, const std::string& what) const {
    const json::json_pointer own(at + "/" + key);
    const bool is_own = file.json().contains(own);
    throw Failure(ErrorKind::config, file.where(is_own ? own : json::json_pointer(at)) + what);
  }
};

bool is_exact(const json& keys) { return keys.value("noise", "examples") == "none"; }

// With "noise": "none" a query is one exact value, so the keys of examples mean nothing.
void check_noise(const Keys& keys) {
  if (!is_exact(keys.values)) {
    if (keys.values.contains("budget")) {
      keys.refuse("budget",
                  "a budget of evaluations goes with \"noise\": \"none\"; set \"calls\" instead");
    }
    return;
  }
  for (const char* key : kOfExamples) {
    if (keys.values.contains(key))
      keys.refuse(key, "\"noise\": \"none\" has no examples; set \"budget\" instead");
  }
}

BenchConditions conditions_from(const Keys& keys) {
  check_noise(keys);
  const json& given = keys.values;
  BenchConditions read;
  read.exact = is_exact(given);
  read.initial = given.value("initial", read.initial);
  read.calls =
      read.exact ? given.value("budget", std::int64_t{40}) : given.value("calls", read.calls);
  read.dev = read.exact ? 1 : given.value("dev", read.dev);
  read.examples_per_evaluation =
      std::min(read.dev, given.value("examples_per_evaluation", read.examples_per_evaluation));
  read.difficulty = given.value("difficulty", read.difficulty);
  read.embeddings = given.value("embeddings", read.embeddings);
  read.dim = given.value("dim", read.dim);
  read.candidates = given.value("candidates", read.candidates);
  read.writing_cost = given.value("writing_cost", read.writing_cost);
  read.price = given.value("price", read.price);
  read.others_known = given.value("known_scores", "none") == "others";
  if (read.initial * read.examples_per_evaluation >= read.calls) {
    keys.refuse(read.exact ? "budget" : "calls",
                fmt::format("{} initial prompts of {} calls leave nothing of {} to search with",
                            read.initial, read.examples_per_evaluation, read.calls));
  }
  return read;
}

// The variant's keys over the bench's; of these not such as belong to another kind of noise.
json merged(const json& bench, const json& variant) {
  json keys = bench;
  if (variant.contains("noise") && is_exact(variant) != is_exact(bench)) {
    keys.erase("budget");
    for (const char* key : kOfExamples) keys.erase(key);
  }
  keys.update(variant);
  return keys;
}

}  // namespace

json to_json(const BenchConditions& conditions) {
  json keys = {{"initial", conditions.initial},
               {"calls", conditions.calls},
               {"dev", conditions.dev},
               {"examples_per_evaluation", conditions.examples_per_evaluation},
               {"difficulty", conditions.difficulty},
               {"exact", conditions.exact},
               {"embeddings", conditions.embeddings},
               {"dim", conditions.dim},
               {"candidates", conditions.candidates}};
  // Cells of before they existed keep their names.
  if (conditions.writing_cost > 0) keys["writing_cost"] = conditions.writing_cost;
  if (conditions.price > 0) keys["price"] = conditions.price;
  if (conditions.others_known) keys["known_scores"] = "others";
  return keys;
}

std::vector<BenchConditions> conditions_of(const JsonDocument& description) {
  const json& bench = description.json();
  if (!bench.contains("variants")) return {conditions_from({description, "", bench})};
  std::vector<BenchConditions> all;
  std::set<std::string> names;
  for (std::size_t i = 0; i < bench["variants"].size(); ++i) {
    const json& variant = bench["variants"][i];
    const Keys keys{description, fmt::format("/variants/{}", i), merged(bench, variant)};
    all.push_back(conditions_from(keys));
    all.back().name = variant["name"];
    if (!names.insert(all.back().name).second)
      keys.refuse("name", fmt::format("two variants are called \"{}\"", all.back().name));
  }
  return all;
}

}  // namespace zopo::bench
