// What may be believed after an adaptive search: the sealed test's interval of the winner, and not
// its dev figures.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "zopo/base/random.h"
#include "zopo/optim/method.h"
#include "zopo/task/statistics.h"

namespace zopo::run {
namespace {

constexpr int kSearches = 2000, kCandidates = 12, kDev = 10, kTest = 50;

// Prompts on a line whose accuracy rises and falls along it, the same shape shifted by chance.
struct Landscape {
  explicit Landscape(Rng& rng) : z(kCandidates, 2) {
    const double shift = rng.uniform(), level = 0.2 + 0.5 * rng.uniform();
    for (int i = 0; i < kCandidates; ++i) {
      const double x = i / double(kCandidates);
      z.row(i) << std::cos(2 * x), std::sin(2 * x);
      accuracy[i] = level + 0.25 * std::sin(6.28 * (x + shift));
    }
  }
  RowMatrix z;
  double accuracy[kCandidates];
};

double success(Rng& rng, double p) { return rng.uniform() < p ? 1 : 0; }

struct Found {
  optim::CandidateId winner = 0;
  std::vector<double> dev;  // the winner's, as the search saw them
};

Found search(const Landscape& landscape, const char* name, std::uint64_t seed, Rng& rng) {
  const auto method = optim::make_method(name,
                                         {.embeddings = data::Embeddings::from_matrix(landscape.z),
                                          .dev_examples = kDev,
                                          .examples_per_evaluation = kDev,
                                          .calls = 8 * kDev,
                                          .initial = 3,
                                          .seed = seed},
                                         {});
  std::vector<std::vector<double>> seen(kCandidates);
  for (optim::Round round = method->ask(); !round.stop; round = method->ask()) {
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : round.queries) {
      std::vector<double>& own = seen[static_cast<std::size_t>(query.id)];
      optim::Outcome outcome{query.id, {}, {}};
      for (std::int64_t i = 0; i < query.examples; ++i) {
        outcome.examples.push_back(static_cast<std::int64_t>(own.size()));
        outcome.scores.push_back(success(rng, landscape.accuracy[query.id]));
        own.push_back(outcome.scores.back());
      }
      outcomes.push_back(std::move(outcome));
    }
    method->tell(outcomes);
  }
  const optim::CandidateId winner = method->recommend().id;
  return {winner, seen[static_cast<std::size_t>(winner)]};
}

struct Coverage {
  double test = 0, dev = 0;  // share of searches whose winner's interval holds its truth
};

Coverage coverage(const char* method) {
  Coverage covered;
  for (int run = 0; run < kSearches; ++run) {
    Rng rng(static_cast<std::uint64_t>(run), "search-honesty");
    const Landscape landscape(rng);
    const Found found = search(landscape, method, static_cast<std::uint64_t>(run), rng);
    const double truth = landscape.accuracy[found.winner];
    std::vector<double> test;
    for (int i = 0; i < kTest; ++i) test.push_back(success(rng, truth));
    const task::Interval on_test = task::mean_interval(test),
                         on_dev = task::mean_interval(found.dev);
    covered.test += on_test.low <= truth && truth <= on_test.high ? 1.0 / kSearches : 0;
    covered.dev += on_dev.low <= truth && truth <= on_dev.high ? 1.0 / kSearches : 0;
  }
  return covered;
}

TEST(WinnerOfASearch, HasATestIntervalThatHoldsItsTruthNinetyFiveTimesInAHundred) {
  for (const char* method : {"zopo", "gp-ucb", "random"}) {
    const Coverage covered = coverage(method);
    RecordProperty(std::string(method) + "_test", std::to_string(covered.test));
    RecordProperty(std::string(method) + "_dev", std::to_string(covered.dev));
    EXPECT_NEAR(covered.test, 0.95, 0.02) << method;
    // The figure that the search chose it by is optimistic, and is called so.
    EXPECT_LT(covered.dev, covered.test) << method;
  }
}

}  // namespace
}  // namespace zopo::run
