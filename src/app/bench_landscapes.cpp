#include "app/bench_landscapes.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "app/parallel.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/data/text_features.h"

namespace zopo::app {
namespace {

using nlohmann::json;

data::Embeddings random_embeddings(Index m, Index dim, const std::string& name) {
  Rng rng(0, "random embeddings of " + name);
  RowMatrix z(m, dim);
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < dim; ++j) z(i, j) = rng.normal();
    z.row(i).normalize();
  }
  return data::Embeddings::from_matrix(std::move(z));
}

data::Embeddings embed(const BenchPlan& plan, const data::LandscapeTask& task) {
  const Index m = static_cast<Index>(task.candidates.size());
  if (plan.embeddings == "random") return random_embeddings(m, plan.dim, task.name);
  if (plan.embeddings == "auto" && task.embeddings) {
    return data::load_embeddings(*task.embeddings, m);
  }
  return data::text_features(task.candidates, {.dim = plan.dim});
}

// What the runs on a landscape depend on beside itself.
json conditions(const BenchPlan& plan) {
  return {{"initial", plan.initial},
          {"calls", plan.calls},
          {"dev", plan.dev},
          {"examples_per_evaluation", plan.examples_per_evaluation},
          {"difficulty", plan.difficulty},
          {"exact", plan.exact},
          {"embeddings", plan.embeddings},
          {"dim", plan.dim},
          {"candidates", plan.candidates}};
}

std::string hash_of(const std::filesystem::path& file) { return sha256_hex(read_file(file)); }

}  // namespace

BenchLandscapes::BenchLandscapes(const BenchPlan& plan)
    : plan_(plan),
      set_(data::load_landscapes(plan.landscapes, plan.min_spread)),
      domains_(set_.tasks.size()),
      outcomes_(set_.landscapes.size()) {
  if (set_.landscapes.empty() && plan.tasks.empty()) {
    throw Failure(ErrorKind::data,
                  "no landscape's best exceeds its median by min_spread; nothing to compare on");
  }
  refuse_grown_outcomes();
}

// What lies between two candidates has an accuracy, and no outcomes.
void BenchLandscapes::refuse_grown_outcomes() const {
  for (const data::Landscape& landscape : set_.landscapes) {
    const auto m = static_cast<std::int64_t>(landscape.values.size());
    if (landscape.outcomes.empty() || plan_.candidates <= m) continue;
    throw Failure(ErrorKind::config,
                  fmt::format("\"candidates\": {} has {} grow, which records outcomes of single "
                              "examples for {} candidates; leave it out",
                              plan_.candidates, landscape.name, m));
  }
}

std::vector<Subject> BenchLandscapes::subjects() const {
  const std::string shared = conditions(plan_).dump();
  std::vector<std::string> files;  // [tasks]
  for (std::size_t i = 0; i < set_.tasks.size(); ++i) {
    const auto& embeddings = set_.tasks[i].embeddings;
    files.push_back(hash_of(plan_.landscapes[i]));
    if (embeddings && plan_.embeddings == "auto") files.back() += hash_of(*embeddings);
  }
  std::vector<Subject> subjects;
  for (std::size_t i = 0; i < set_.landscapes.size(); ++i) {
    const data::Landscape& landscape = set_.landscapes[i];
    Subject& subject = subjects.emplace_back();
    subject.name = landscape.name;
    subject.hash = sha256_hex(shared + files[landscape.task] + landscape.name);
    subject.place = i;
  }
  return subjects;
}

void BenchLandscapes::prepare(const std::vector<std::size_t>& places, int threads) {
  std::set<std::size_t> needed;
  for (const std::size_t place : places) needed.insert(set_.landscapes[place].task);
  const std::vector<std::size_t> tasks(needed.begin(), needed.end());
  parallel_for(tasks.size(), threads, [&](std::size_t i) {
    const data::LandscapeTask& task = set_.tasks[tasks[i]];
    domains_[tasks[i]].emplace(embed(plan_, task), plan_.candidates, task.name);
  });
  parallel_for(places.size(), threads, [&](std::size_t i) {
    data::Landscape& landscape = set_.landscapes[places[i]];
    landscape.values = domains_[landscape.task]->grown(std::move(landscape.values));
    outcomes_[places[i]].emplace(landscape, plan_.difficulty);
  });
}

BenchRun BenchLandscapes::run(std::size_t place,
                              const BenchMethod& method,
                              std::uint64_t seed) const {
  const data::Landscape& landscape = set_.landscapes[place];
  return run_on_landscape(plan_, method, landscape, *outcomes_[place],
                          domains_[landscape.task]->embeddings(), seed);
}

}  // namespace zopo::app
