#include "zopo/app/ask.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "zopo/base/clock.h"
#include "zopo/base/json.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/manifest.h"
#include "zopo/run/problem.h"
#include "zopo/store/run_dir.h"
#include "zopo/store/run_lock.h"

namespace zopo::app {
namespace {

using nlohmann::json;
using Told = std::map<std::string, double>;

constexpr const char* kTold = "told.json";

Told told_in(const store::RunDir& run) {
  if (!std::filesystem::exists(run.path() / kTold)) return {};
  const json told = parse_json_of_others(run.read(kTold));
  const bool is_good =
      told.is_object() && std::all_of(told.begin(), told.end(), [](const json& one) {
        return one.is_number() && one >= 0 && one <= 1;
      });
  if (!is_good)
    throw Failure(ErrorKind::data, (run.path() / kTold).string() +
                                       ": no object of scores by id. Restore it from a copy.");
  return told.get<Told>();
}

data::Embeddings embeddings_of(const settings::Settings& settings, const run::Inputs& inputs) {
  if (settings.candidates.write)
    throw Failure(ErrorKind::config,
                  "/candidates: ask sends nothing, so nobody writes candidates: name "
                  "\"candidates\".\"file\" without \"write\"; `zopo generate` writes one.");
  auto embeddings = run::local_embeddings(settings, inputs);
  if (embeddings) return std::move(*embeddings);
  throw Failure(
      ErrorKind::config,
      "/embeddings: ask sends nothing: name \"embeddings\".\"file\", or leave the section "
      "out for the built-in features.");
}

// A run of ask and what it searches; the lock is held while it lives.
struct Session {
  store::RunDir run;
  store::RunLock lock;
  settings::Settings settings;
  run::Inputs inputs;
  data::Embeddings embeddings;
};

// The search, played up to the round that is not answered whole.
class Replay {
 public:
  Replay(const Session& session, const Told& told)
      : inputs_(session.inputs),
        told_(told),
        order_(run::dev_order(session.settings, inputs_)),
        method_(optim::make_method(session.settings.optimizer.method,
                                   run::make_problem(session.settings,
                                                     inputs_,
                                                     run::make_plan(session.settings, inputs_),
                                                     session.embeddings),
                                   session.settings.optimizer.options)) {
    while (play_round()) {
    }
  }

  Asked result() const {
    Asked asked{open_, answered_, std::nullopt};
    if (rounds_ == 0) return asked;
    const optim::Recommendation best = method_->recommend();
    asked.best = Asked::Best{
        best.id, inputs_.candidates.at(static_cast<std::size_t>(best.id)).text(), best.mean};
    return asked;
  }

 private:
  // False at the end, and where a score is missing.
  bool play_round() {
    const optim::Round round = method_->ask();
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : round.queries) outcomes.push_back(outcome_of(query));
    if (round.stop || !open_.empty()) return false;
    method_->tell(outcomes);
    ++rounds_;
    return true;
  }

  optim::Outcome outcome_of(const optim::Query& query) {
    optim::Outcome outcome{query.id, {}, {}};
    std::int64_t& next = next_[query.id];
    const auto dev = static_cast<std::int64_t>(order_.size());
    for (std::int64_t i = 0; i < query.examples && next < dev; ++i, ++next) {
      const std::int64_t example = order_[static_cast<std::size_t>(next)];
      const auto score = told_.find(fmt::format("{}/{}", query.id, example));
      if (score == told_.end()) {
        open_.push_back(question(query.id, example));
        continue;
      }
      ++answered_;
      outcome.examples.push_back(next);
      outcome.scores.push_back(score->second);
    }
    return outcome;
  }

  Question question(optim::CandidateId id, std::int64_t at) const {
    const task::Candidate& candidate = inputs_.candidates.at(static_cast<std::size_t>(id));
    const data::Example& example = inputs_.splits.dev.examples.at(static_cast<std::size_t>(at));
    return {fmt::format("{}/{}", id, at), candidate.text(), example.input, example.references,
            inputs_.prompt.fill(candidate, example)};
  }

  const run::Inputs& inputs_;
  const Told& told_;
  std::vector<std::int64_t> order_;
  std::unique_ptr<optim::Method> method_;
  std::map<optim::CandidateId, std::int64_t> next_;  // position in the order
  std::vector<Question> open_;
  std::int64_t answered_ = 0, rounds_ = 0;
};

json manifest_of(const settings::Settings& settings,
                 const AskOptions& options,
                 const run::Inputs& inputs) {
  json manifest = run::make_manifest(settings, options.overrides, inputs, "");
  manifest["ask"] = true;
  return manifest;
}

Session begin(const AskOptions& options) {
  settings::Settings settings = settings::load_settings(options.task_file, options.overrides);
  run::Inputs inputs = run::load_inputs(settings);
  data::Embeddings embeddings = embeddings_of(settings, inputs);
  std::filesystem::create_directories(options.run);
  store::RunLock lock(options.run);
  store::RunDir run = store::RunDir::begin(options.run);
  run::settle_manifest(run, manifest_of(settings, options, inputs));
  return {std::move(run), std::move(lock), std::move(settings), std::move(inputs),
          std::move(embeddings)};
}

Session go_on(const AskOptions& options) {
  store::RunDir run = store::RunDir::open(options.run);
  const json manifest = parse_json_of_others(run.read("manifest.json"));
  if (!manifest.is_object() || !manifest.contains("ask"))
    throw Failure(ErrorKind::usage, options.run.string() + ": no run of zopo ask.");
  store::RunLock lock(options.run);
  const run::ResumedTask task = run::resumed_task(run);
  AskOptions own{options.task_file.empty() ? task.task_file : options.task_file, task.overrides,
                 options.run};
  own.overrides.insert(own.overrides.end(), options.overrides.begin(), options.overrides.end());
  settings::Settings settings = settings::load_settings(own.task_file, own.overrides);
  run::keep_known_scores(run, settings);
  run::Inputs inputs = run::load_inputs(settings);
  run::check_same_run(manifest, manifest_of(settings, own, inputs), run.path());
  data::Embeddings embeddings = embeddings_of(settings, inputs);
  return {std::move(run), std::move(lock), std::move(settings), std::move(inputs),
          std::move(embeddings)};
}

Session session(const AskOptions& options) {
  const bool there = std::filesystem::exists(options.run / "manifest.json");
  if (there) return go_on(options);
  if (options.task_file.empty())
    throw Failure(ErrorKind::usage, options.run.string() +
                                        ": no run yet. Begin it by zopo ask --task FILE " +
                                        options.run.string() + ".");
  return begin(options);
}

Asked played(const Session& session, const Told& told) {
  Asked asked = Replay(session, told).result();
  if (asked.open.empty() && asked.best)
    session.run.write("best_prompt.txt", asked.best->prompt + "\n");
  return asked;
}

void add_score(Told& told, const Asked& asked, const std::string& id, double score) {
  if (!(score >= 0 && score <= 1))
    throw Failure(ErrorKind::usage, fmt::format("{}: the score {} is not from 0 to 1.", id, score));
  if (const auto before = told.find(id); before != told.end()) {
    if (before->second == score) return;
    throw Failure(ErrorKind::usage, fmt::format("{}: was told {} before, now {}. A score stays.",
                                                id, before->second, score));
  }
  for (const Question& question : asked.open) {
    if (question.id == id) {
      told[id] = score;
      return;
    }
  }
  throw Failure(ErrorKind::usage, id + ": is not asked for. zopo ask RUN lists what is.");
}

}  // namespace

Asked ask(const AskOptions& options) {
  const Session now = session(options);
  return played(now, told_in(now.run));
}

Asked tell(const std::filesystem::path& run,
           const std::vector<std::pair<std::string, double>>& scores) {
  const Session now = session({{}, {}, run});
  Told told = told_in(now.run);
  const Asked asked = Replay(now, told).result();
  for (const auto& [id, score] : scores) add_score(told, asked, id, score);
  now.run.write(kTold, json(told).dump(2) + "\n");
  return played(now, told);
}

}  // namespace zopo::app
