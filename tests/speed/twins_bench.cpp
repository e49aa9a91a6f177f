// How long it takes to find what repeats itself among many candidates of one task (equal,
// equal after normalisation, near by the text features), the share of that which goes into the
// features, and what comparing all pairs would take: measured on 2000 and scaled by the square.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "data/ngrams.h"
#include "tests/speed/search_game.h"
#include "tests/support/instruction_texts.h"
#include "zopo/data/twins.h"

namespace zopo {
namespace {

constexpr double kNear = 0.9;

data::SparseRows features_of(std::span<const std::string> texts) {
  return data::tfidf_ngrams(texts,
                            {.word_ngrams = 2, .char_min = 3, .char_max = 4, .layout = false});
}

double seconds_of_a_pair() {
  constexpr Index kTexts = 2000;
  const data::SparseRows features = features_of(test::instruction_texts(kTexts));
  const double start = bench::thread_seconds();
  Index near = 0;
  for (Index i = 0; i < kTexts; ++i) {
    for (Index j = 0; j < i; ++j) near += features.row(i).dot(features.row(j)) / 2 >= kNear;
  }
  benchmark::DoNotOptimize(near);
  return (bench::thread_seconds() - start) / (kTexts * (kTexts - 1) / 2);
}

void twins(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<std::string> texts = test::instruction_texts(count);
  const double start = bench::thread_seconds();
  benchmark::DoNotOptimize(features_of(texts));
  const double features = bench::thread_seconds() - start;
  double seconds = 0;
  std::size_t kept = 0;
  for ([[maybe_unused]] auto _ : state) {
    const double begin = bench::thread_seconds();
    const std::vector<data::Twin> found = data::find_twins(texts, kNear);
    seconds = bench::thread_seconds() - begin;
    kept = static_cast<std::size_t>(
        std::count_if(found.begin(), found.end(),
                      [](const data::Twin& twin) { return twin.kind == data::Twin::Kind::none; }));
  }
  static const double pair = seconds_of_a_pair();
  const auto n = static_cast<double>(count);
  state.counters["cpu_s"] = seconds;
  state.counters["kept"] = static_cast<double>(kept);
  state.counters["features"] = features / seconds;
  state.counters["of_all_pairs"] = seconds / (pair * n * (n - 1) / 2);
}
BENCHMARK(twins)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace zopo
