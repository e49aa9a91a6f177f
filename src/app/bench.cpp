#include "zopo/app/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "app/bench_plan.h"
#include "app/bench_run.h"
#include "app/bench_summary.h"
#include "app/grown_domain.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/data/landscape.h"
#include "zopo/data/text_features.h"
#include "zopo/store/atomic_file.h"

namespace zopo::app {
namespace {

// Calls work(0 .. count - 1) on that many threads; the exception of the lowest index is thrown on.
template <class Work>
void parallel_for(std::size_t count, int threads, Work work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  std::size_t failed_at = count;
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed_at) failure = std::current_exception();
        failed_at = std::min(failed_at, i);
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int t = 0; t < threads; ++t) pool.emplace_back(loop);
  }
  if (failure) std::rethrow_exception(failure);
}

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

class Bench {
 public:
  Bench(const BenchPlan& plan, int threads, const BenchOptions& options)
      : plan_(plan),
        threads_(threads),
        options_(options),
        set_(data::load_landscapes(plan.landscapes, plan.min_spread)) {
    if (set_.landscapes.empty()) {
      throw Failure(ErrorKind::data,
                    "no landscape's best exceeds its median by min_spread; nothing to compare on");
    }
    refuse_grown_outcomes();
  }

  std::vector<MethodRuns> run() {
    std::vector<std::optional<GrownDomain>> domains(set_.tasks.size());
    parallel_for(set_.tasks.size(), threads_, [&](std::size_t i) {
      const data::LandscapeTask& task = set_.tasks[i];
      domains[i].emplace(embed(plan_, task), plan_.candidates, task.name);
    });
    for (data::Landscape& landscape : set_.landscapes) {
      landscape.values = domains[landscape.task]->grown(std::move(landscape.values));
    }
    // One job is one landscape and seed with every method: jobs of about equal length.
    const std::size_t jobs = set_.landscapes.size() * plan_.seeds;
    std::vector<std::vector<BenchRun>> results(jobs);
    std::atomic<std::int64_t> done{0};
    parallel_for(jobs, threads_, [&](std::size_t job) {
      const data::Landscape& landscape = set_.landscapes[job / plan_.seeds];
      results[job] = run_methods(landscape, domains[landscape.task]->embeddings(),
                                 plan_.first_seed + job % plan_.seeds);
      if (options_.on_progress) options_.on_progress(++done, static_cast<std::int64_t>(jobs));
    });
    return by_method(results);
  }

 private:
  // What lies between two candidates has an accuracy, and no outcomes.
  void refuse_grown_outcomes() const {
    for (const data::Landscape& landscape : set_.landscapes) {
      const auto m = static_cast<std::int64_t>(landscape.values.size());
      if (landscape.outcomes.empty() || plan_.candidates <= m) continue;
      throw Failure(ErrorKind::config,
                    fmt::format("\"candidates\": {} has {} grow, which records outcomes of single "
                                "examples for {} candidates; leave it out",
                                plan_.candidates, landscape.name, m));
    }
  }

  std::vector<BenchRun> run_methods(const data::Landscape& landscape,
                                    const data::Embeddings& embeddings,
                                    std::uint64_t seed) const {
    const data::RecordedOutcomes outcomes(landscape, plan_.difficulty);
    std::vector<BenchRun> runs;
    for (const BenchMethod& method : plan_.methods) {
      runs.push_back(run_on_landscape(plan_, method, landscape, outcomes, embeddings, seed));
    }
    return runs;
  }

  std::vector<MethodRuns> by_method(const std::vector<std::vector<BenchRun>>& results) const {
    std::vector<MethodRuns> methods;
    for (std::size_t k = 0; k < plan_.methods.size(); ++k) {
      methods.push_back({plan_.methods[k].name, {}});
      for (std::size_t l = 0; l < set_.landscapes.size(); ++l) {
        std::vector<BenchRun> seeds;
        for (std::size_t s = 0; s < plan_.seeds; ++s)
          seeds.push_back(results[l * plan_.seeds + s][k]);
        methods.back().landscapes.push_back(mean_run(seeds));
      }
    }
    return methods;
  }

  const BenchPlan& plan_;
  int threads_;
  const BenchOptions& options_;
  data::LandscapeSet set_;
};

}  // namespace

nlohmann::json run_bench(const BenchOptions& options, std::ostream& table) {
  const BenchPlan plan = load_bench_plan(options.file, options.landscapes);
  const int machine = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const std::vector<MethodRuns> methods =
      Bench(plan, options.threads > 0 ? options.threads : machine, options).run();
  nlohmann::json summary = summarize(methods);
  print_table(summary, methods, table);
  if (options.out) store::write_file_atomically(*options.out, summary.dump(2) + "\n");
  return summary;
}

}  // namespace zopo::app
