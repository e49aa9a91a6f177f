#include "tests/speed/search_game.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "zopo/base/random.h"
#include "zopo/optim/method.h"

namespace zopo::bench {
namespace {

// One pass of z * x.
void pass(const data::Embeddings& embeddings) {
  const auto& z = std::get<data::Embeddings::Floats>(embeddings.storage());
  const Eigen::VectorXf x = z.row(0).transpose();
  Eigen::VectorXf y(z.rows());
  y.noalias() = z * x;
  benchmark::DoNotOptimize(y.data());
}

class Game {
 public:
  Game(const std::string& method,
       const std::string& options,
       const data::Embeddings& embeddings,
       Index queries)
      : method_(optim::make_method(method,
                                   {.embeddings = embeddings,
                                    .dev_examples = 100,
                                    .examples_per_evaluation = 20,
                                    .calls = 1'000'000'000,
                                    .initial = queries,
                                    .seed = 1},
                                   nlohmann::json::parse(options))) {}

  // One round; returns how many prompts it asked.
  std::size_t play() {
    std::vector<optim::Outcome> outcomes;
    const optim::Round round = method_->ask();
    for (const optim::Query& query : round.queries) {
      std::int64_t& told = told_[query.id];
      optim::Outcome outcome;
      outcome.id = query.id;
      const double p = 0.5 + 0.4 * std::sin(static_cast<double>(query.id));
      for (std::int64_t i = 0; i < query.examples; ++i, ++told) {
        outcome.examples.push_back(told);
        outcome.scores.push_back(told > 0 && rng_.uniform() < p ? 1.0 : 0.0);  // never perfect
      }
      outcomes.push_back(std::move(outcome));
    }
    method_->tell(outcomes);
    return round.queries.size();
  }

 private:
  Rng rng_{7, "outcomes"};
  std::map<optim::CandidateId, std::int64_t> told_;
  std::unique_ptr<optim::Method> method_;
};

template <class Work>
double timed(Work work) {
  const double start = thread_seconds();
  work();
  return thread_seconds() - start;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double thread_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

ClusteredRows::ClusteredRows(Index d) : centres_(50, d) {
  Rng rng(1, "bench");
  for (Index i = 0; i < centres_.size(); ++i) {
    centres_.data()[i] = static_cast<float>(rng.normal());
  }
}

// A linear congruential stream: the values matter little, and there are up to 4e8.
void ClusteredRows::next(float* row) {
  const auto step = [this] {
    bits_ = bits_ * 6364136223846793005U + 1442695040888963407U;
    return bits_ >> 40U;
  };
  const auto centre = centres_.row(static_cast<Index>(step()) % centres_.rows());
  Eigen::Map<Eigen::RowVectorXf> out(row, centres_.cols());
  for (Index j = 0; j < out.size(); ++j) {
    out(j) = centre(j) + static_cast<float>(step()) * 0x1p-23F - 1.0F;
  }
  out.normalize();
}

data::Embeddings clustered(Index m, Index d) {
  ClusteredRows rows(d);
  RowMatrixF z(m, d);
  for (Index i = 0; i < m; ++i) rows.next(z.row(i).data());
  return data::Embeddings::from_matrix(std::move(z));
}

void ask(benchmark::State& state,
         const std::string& method,
         const std::string& options,
         const data::Embeddings& embeddings,
         Index queries) {
  const double start = thread_seconds();
  Game game(method, options, embeddings, queries);
  state.counters["make_s"] = thread_seconds() - start;
  game.play();  // the initial prompts
  game.play();  // learns them
  std::vector<double> asks, passes;
  std::size_t prompts = 0;
  for (auto _ : state) {
    asks.push_back(timed([&] { prompts += game.play(); }));
    state.SetIterationTime(asks.back());
    passes.push_back(timed([&] { pass(embeddings); }));
  }
  double sum = 0;
  for (const double one : asks) sum += one;
  state.counters["mean_ms"] = 1e3 * sum / static_cast<double>(asks.size());
  state.counters["prompts"] = static_cast<double>(prompts) / static_cast<double>(asks.size());
  state.counters["median_ms"] = 1e3 * median(asks);
  state.counters["pass_ms"] = 1e3 * median(passes);
  state.counters["passes"] = median(asks) / median(passes);
}

}  // namespace zopo::bench
