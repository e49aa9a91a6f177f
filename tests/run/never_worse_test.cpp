// Searches on recorded landscapes, the prompt in use drawn from the best tenth: what is recommended
// in the end is hardly ever worse.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/support/shared_files.h"
#include "zopo/base/random.h"
#include "zopo/data/landscape.h"
#include "zopo/features/text_features.h"
#include "zopo/optim/method.h"
#include "zopo/task/verdict.h"

namespace zopo {
namespace {

using optim::CandidateId;

struct Conditions {
  std::int64_t calls, dev, test;
};
constexpr Conditions kConditions[] = {
    {300, 50, 100}, {800, 50, 150}, {300, 100, 150}, {800, 100, 100}};
// In every run of the suite; ZOPO_NEVER_WORSE_RUNS=1000 asks for the full number, which takes
// minutes.
constexpr std::size_t kUsualRuns = 60;
constexpr double kWorse = 0.02;

std::size_t runs_asked_for() {
  const char* text = std::getenv("ZOPO_NEVER_WORSE_RUNS");
  const long runs = text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  return runs > 0 ? static_cast<std::size_t>(runs) : kUsualRuns;
}

std::vector<std::filesystem::path> recorded_landscapes() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = test::shared_dir() / "landscapes";
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// One of the best tenth.
CandidateId good_candidate(const data::Landscape& landscape, Rng& rng) {
  std::vector<CandidateId> order(landscape.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](CandidateId a, CandidateId b) {
    return landscape.values[static_cast<std::size_t>(a)] >
           landscape.values[static_cast<std::size_t>(b)];
  });
  return order[rng.below(std::max<std::size_t>(1, order.size() / 10))];
}

// Which prompt a run recommends.
CandidateId recommended(const data::Landscape& landscape,
                        const data::Embeddings& embeddings,
                        const Conditions& conditions,
                        CandidateId in_use,
                        std::uint64_t seed) {
  const data::RecordedOutcomes outcomes(landscape, 1.5);
  const auto method = optim::make_method("zopo",
                                         {.embeddings = embeddings,
                                          .dev_examples = conditions.dev,
                                          .examples_per_evaluation = 20,
                                          .calls = conditions.calls,
                                          .initial = 10,
                                          .seed = outcomes.run_seed(seed),
                                          .baseline = in_use},
                                         nullptr);
  std::map<CandidateId, std::int64_t> asked;
  for (optim::Round round = method->ask(); !round.stop; round = method->ask()) {
    std::vector<optim::Outcome> told;
    for (const optim::Query& query : round.queries) {
      optim::Outcome& outcome = told.emplace_back();
      outcome.id = query.id;
      std::int64_t& next = asked[query.id];
      for (std::int64_t i = 0; i < query.examples; ++i, ++next) {
        outcome.examples.push_back(next);
        outcome.scores.push_back(outcomes.outcome(seed, query.id, next));
      }
    }
    method->tell(told);
  }
  const CandidateId found = method->recommend().id;
  if (found == in_use) return in_use;
  const auto scores = [&](std::int64_t from, std::int64_t to) {
    task::PairedScores both;
    for (std::int64_t i = from; i < to; ++i) {
      both.found.push_back(outcomes.outcome(seed, found, i));
      both.in_use.push_back(outcomes.outcome(seed, in_use, i));
    }
    return both;
  };
  const task::Decision decision = task::decide(
      scores(0, asked[found]), scores(conditions.dev, conditions.dev + conditions.test));
  return decision.takes_over ? found : in_use;
}

TEST(NeverWorse, ThanThePromptInUseInNearlyAllRuns) {
  const std::vector<std::filesystem::path> files = recorded_landscapes();
  if (files.empty()) GTEST_SKIP() << "no recorded landscapes: set ZOPO_SHARED_DIR";
  const data::LandscapeSet set = data::load_landscapes(files, 0.05);
  std::vector<data::Embeddings> embeddings;
  for (const data::LandscapeTask& task : set.tasks)
    embeddings.push_back(features::text_features(task.candidates, {.dim = 128}));
  const std::size_t runs = runs_asked_for();
  Rng rng(1, "never worse");
  std::size_t worse = 0, switched = 0;
  double gain = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    const data::Landscape& landscape = set.landscapes[rng.below(set.landscapes.size())];
    const CandidateId in_use = good_candidate(landscape, rng);
    const CandidateId best =
        recommended(landscape, embeddings[landscape.task], kConditions[run % 4], in_use, run);
    const double difference = landscape.values[static_cast<std::size_t>(best)] -
                              landscape.values[static_cast<std::size_t>(in_use)];
    worse += difference < -kWorse - 1e-9 ? 1 : 0;
    switched += best == in_use ? 0 : 1;
    gain += difference / static_cast<double>(runs);
  }
  std::printf("%zu runs: another prompt in %zu, worse by more than %.2f in %zu, mean gain %+.4f\n",
              runs, switched, kWorse, worse, gain);
  EXPECT_LE(worse, runs / 50);
  EXPECT_GT(gain, 0);
}

}  // namespace
}  // namespace zopo
