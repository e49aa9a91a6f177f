#include "bench/landscapes.h"

#include <fmt/format.h>

#include <utility>

#include "bench/parallel.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/data/known_scores.h"
#include "zopo/features/text_features.h"

namespace zopo::bench {
namespace {

data::Embeddings random_embeddings(Index m, Index dim, const std::string& name) {
  Rng rng(0, "random embeddings of " + name);
  RowMatrix z(m, dim);
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < dim; ++j) z(i, j) = rng.normal();
    z.row(i).normalize();
  }
  return data::Embeddings::from_matrix(std::move(z));
}

data::Embeddings embed(const BenchConditions& conditions, const data::LandscapeTask& task) {
  const Index m = static_cast<Index>(task.candidates.size());
  if (conditions.embeddings == "random") return random_embeddings(m, conditions.dim, task.name);
  if (conditions.embeddings == "auto" && task.embeddings) {
    return data::load_embeddings(*task.embeddings, m);
  }
  return features::text_features(task.candidates, {.dim = conditions.dim});
}

// What a task's domain depends on.
std::string domain_key(const BenchConditions& conditions, std::size_t task) {
  return fmt::format("{} {} {} {}", task, conditions.embeddings, conditions.dim,
                     conditions.candidates);
}

std::string hash_of(const std::filesystem::path& file) { return sha256_hex(read_file(file)); }

}  // namespace

BenchLandscapes::BenchLandscapes(const BenchPlan& plan)
    : plan_(plan), set_(data::load_landscapes(plan.landscapes, plan.min_spread)) {
  if (set_.landscapes.empty() && plan.tasks.empty()) {
    throw Failure(ErrorKind::data,
                  "no landscape's best exceeds its median by min_spread; nothing to compare on");
  }
  for (const BenchConditions& conditions : plan.variants) {
    for (const data::Landscape& landscape : set_.landscapes) {
      places_.push_back({conditions, landscape, domain_key(conditions, landscape.task)});
      refuse_grown_outcomes(places_.back());
    }
  }
}

// What lies between two candidates has an accuracy, and no outcomes.
void BenchLandscapes::refuse_grown_outcomes(const Place& place) const {
  const auto m = static_cast<std::int64_t>(place.landscape.values.size());
  if (place.landscape.outcomes.empty() || place.conditions.candidates <= m) return;
  throw Failure(ErrorKind::config,
                fmt::format("\"candidates\": {} has {} grow, which records outcomes of single "
                            "examples for {} candidates; leave it out",
                            place.conditions.candidates, place.landscape.name, m));
}

std::vector<Subject> BenchLandscapes::subjects() const {
  std::vector<std::string> files, embeddings;  // [tasks]
  for (std::size_t i = 0; i < set_.tasks.size(); ++i) {
    const auto& vectors = set_.tasks[i].embeddings;
    files.push_back(hash_of(plan_.landscapes[i]));
    embeddings.push_back(vectors ? hash_of(*vectors) : "");
  }
  std::vector<Subject> subjects;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto& [conditions, landscape, domain, outcomes, known] = places_[i];
    Subject& subject = subjects.emplace_back();
    subject.name = landscape.name;
    subject.variant = conditions.name;
    const bool has_own = conditions.embeddings == "auto";
    subject.hash = sha256_hex(to_json(conditions).dump() + files[landscape.task] +
                              (has_own ? embeddings[landscape.task] : "") + landscape.name);
    subject.place = i;
  }
  return subjects;
}

Vector BenchLandscapes::known_of(const Place& place) const {
  if (!place.conditions.others_known) return {};
  const data::LandscapeTask& task = set_.tasks[place.landscape.task];
  std::vector<data::ScoredPrompts> others;
  for (const data::Landscape& other : set_.landscapes) {
    if (other.task == place.landscape.task && other.name != place.landscape.name)
      others.push_back({task.candidates, other.values, other.answers});
  }
  return data::known_scores(others, task.candidates);
}

void BenchLandscapes::make_domains(const std::vector<std::size_t>& places, int threads) {
  std::vector<const Place*> firsts;  // one a domain that is not there yet
  for (const std::size_t i : places) {
    if (domains_.emplace(places_[i].domain, std::nullopt).second) firsts.push_back(&places_[i]);
  }
  parallel_for(firsts.size(), threads, [&](std::size_t i) {
    const Place& place = *firsts[i];
    const data::LandscapeTask& task = set_.tasks[place.landscape.task];
    domains_.at(place.domain)
        .emplace(embed(place.conditions, task), place.conditions.candidates, task.name);
  });
}

void BenchLandscapes::prepare(const std::vector<std::size_t>& places, int threads) {
  make_domains(places, threads);
  parallel_for(places.size(), threads, [&](std::size_t i) {
    Place& place = places_[places[i]];
    place.landscape.values = domains_.at(place.domain)->grown(std::move(place.landscape.values));
    place.outcomes.emplace(place.landscape, place.conditions.difficulty);
    place.known = known_of(place);
  });
}

BenchRun BenchLandscapes::run(std::size_t at, const BenchMethod& method, std::uint64_t seed) const {
  const Place& place = places_[at];
  return run_on_landscape(place.conditions, method, place.landscape, *place.outcomes,
                          domains_.at(place.domain)->embeddings(), place.known, seed);
}

}  // namespace zopo::bench
