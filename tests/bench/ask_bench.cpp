// What one decision of a search costs, single thread: ask() and tell() of every method after 165
// queries, as milliseconds and as a multiple of one pass of a float matrix-vector product over the
// same embeddings, timed in the same run.

#include <benchmark/benchmark.h>
#include <time.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "zopo/base/random.h"
#include "zopo/optim/method.h"

namespace zopo {
namespace {

// Of this thread's processor time, so that others on the machine do not count.
double seconds() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Rows of unit length around 50 centres, as sentence embeddings lie: [m x d].
data::Embeddings clustered(Index m, Index d) {
  constexpr Index kCentres = 50;
  Rng rng(1, "bench");
  RowMatrixF centres(kCentres, d);
  for (Index i = 0; i < centres.size(); ++i) centres(i) = static_cast<float>(rng.normal());
  RowMatrixF z(m, d);
  for (Index i = 0; i < m; ++i) {
    const float* centre = centres.row(static_cast<Index>(rng.below(kCentres))).data();
    // A cheap stream: the values matter little, their number is up to 4e8.
    std::uint64_t bits = rng.below(~std::uint64_t{0}) | 1;
    for (Index j = 0; j < d; ++j) {
      bits = bits * 6364136223846793005U + 1442695040888963407U;
      z(i, j) = centre[j] + static_cast<float>(static_cast<double>(bits >> 40U) * 0x1p-23 - 1.0);
    }
    z.row(i).normalize();
  }
  return data::Embeddings::from_matrix(std::move(z));
}

// One pass of z * x, in seconds.
double pass_seconds(const data::Embeddings& embeddings) {
  const auto& z = std::get<data::Embeddings::Floats>(embeddings.storage());
  const Eigen::VectorXf x = z.row(0).transpose();
  Eigen::VectorXf y(z.rows());
  const double start = seconds();
  y.noalias() = z * x;
  benchmark::DoNotOptimize(y.data());
  return seconds() - start;
}

class Game {
 public:
  Game(const std::string& method,
       const data::Embeddings& embeddings,
       Index queries,
       const nlohmann::json& options)
      : method_(optim::make_method(method,
                                   {.embeddings = embeddings,
                                    .dev_examples = 100,
                                    .examples_per_evaluation = 20,
                                    .calls = 1'000'000'000,
                                    .initial = queries,
                                    .seed = 1},
                                   options)) {
    play();  // the initial prompts
  }
  void play() {
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : method_->ask()) {
      optim::Outcome outcome;
      outcome.id = query.id;
      const double p = 0.5 + 0.4 * std::sin(static_cast<double>(query.id));
      for (std::int64_t i = 0; i < query.examples; ++i) {
        outcome.examples.push_back(i);
        outcome.scores.push_back(i > 0 && rng_.uniform() < p ? 1.0 : 0.0);
      }
      outcomes.push_back(std::move(outcome));
    }
    method_->tell(outcomes);
  }

 private:
  Rng rng_{7, "outcomes"};
  std::unique_ptr<optim::Method> method_;
};

void ask(benchmark::State& state,
         const std::string& method,
         Index m,
         Index d,
         Index queries,
         const std::string& options) {
  const data::Embeddings embeddings = clustered(m, d);
  Game game(method, embeddings, queries, nlohmann::json::parse(options));
  double spent = 0, passes = 0;
  for (auto _ : state) {
    const double start = seconds();
    game.play();
    const double one = seconds() - start;
    spent += one;
    state.SetIterationTime(one);
    passes += pass_seconds(embeddings);
  }
  state.counters["pass_ms"] = 1e3 * passes / static_cast<double>(state.iterations());
  state.counters["passes"] = spent / passes;
}

struct Case {
  const char* method;
  const char* options;
};
constexpr Case kCases[] = {{"zopo", "{}"},
                           {"zopo-paper", R"({"evidence": false})"},
                           {"zopo-paper", R"({"evidence": true})"},
                           {"zopo-reference", "{}"},
                           {"ntk-ucb", R"({"evidence": false})"},
                           {"ntk-ucb", R"({"evidence": true})"},
                           {"gp-ucb", "{}"},
                           {"nearest", "{}"}};

const int registered = [] {
  for (const Case& c : kCases) {
    for (const Index m : {500, 10'000, 100'000}) {
      const std::string name = std::string("ask/") + c.method + c.options + "/" + std::to_string(m);
      benchmark::RegisterBenchmark(
          name.c_str(),
          [=](benchmark::State& state) { ask(state, c.method, m, 768, 165, c.options); })
          ->Unit(benchmark::kMillisecond)
          ->UseManualTime()
          ->Iterations(20);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace zopo
