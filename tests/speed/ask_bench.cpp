// What one decision of a search costs, single thread: ask() and tell() of every method after 165
// queries among candidates of dimension 768, and how that grows with candidates and with queries.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <optional>
#include <string>

#include "tests/speed/search_game.h"

namespace zopo {
namespace {

constexpr Index kDim = 768;
constexpr Index kQueries = 165;

struct Case {
  const char* method;
  const char* options;
};

// Fixed hyper-parameters, and chosen by evidence.
constexpr Case kFixed[] = {{"zopo", R"({"evidence": false})"},
                           {"zopo-paper", R"({"evidence": false})"},
                           {"ntk-ucb", R"({"evidence": false})"},
                           {"gp-ucb", "{}"},
                           {"nearest", "{}"}};
constexpr Case kChosen[] = {{"zopo", "{}"}, {"zopo-paper", "{}"}, {"ntk-ucb", "{}"}};

// Embeddings are kept from one benchmark to the next: making them takes longer than the benchmark.
const data::Embeddings& embeddings_of(Index m) {
  static Index held = 0;
  static std::optional<data::Embeddings> embeddings;
  if (held != m) {
    embeddings.reset();
    embeddings.emplace(bench::clustered(m, kDim));
    held = m;
  }
  return *embeddings;
}

void add(const char* group, const Case& c, Index m, Index queries) {
  const std::string name =
      fmt::format("{}/{}/candidates:{}/queries:{}", group, c.method, m, queries);
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 bench::ask(state, c.method, c.options, embeddings_of(m), queries);
                               })
      ->Unit(benchmark::kMillisecond)
      ->UseManualTime()
      ->Iterations(32);
}

const int registered = [] {
  for (const Index m : {500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000}) {
    for (const Case& c : kFixed) add("fixed", c, m, kQueries);
    for (const Case& c : kChosen) add("evidence", c, m, kQueries);
  }
  for (const Index queries : {20, 40, 80, 160, 320, 640}) {
    for (const Case& c : kFixed) add("fixed", c, 2'000, queries);
    for (const Case& c : kChosen) add("evidence", c, 2'000, queries);
  }
  return 0;
}();

}  // namespace
}  // namespace zopo
