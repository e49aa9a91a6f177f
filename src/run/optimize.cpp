#include "zopo/run/optimize.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run/activity.h"
#include "run/domain_growth.h"
#include "run/final_share.h"
#include "run/map.h"
#include "run/open_run.h"
#include "run/records.h"
#include "run/result_files.h"
#include "run/sealed_test.h"
#include "run/test_stage.h"
#include "run/timing.h"
#include "run/writing_ways.h"
#include "zopo/base/clock.h"
#include "zopo/report/records.h"
#include "zopo/run/candidate_embeddings.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/first_replies.h"
#include "zopo/run/manifest.h"
#include "zopo/run/problem.h"
#include "zopo/run/search_loop.h"
#include "zopo/run/stages.h"
#include "zopo/run/totals.h"
#include "zopo/run/watch_answers.h"
#include "zopo/run/writing.h"
#include "zopo/run/written_files.h"
#include "zopo/store/run_dir.h"
#include "zopo/store/run_lock.h"

namespace zopo::run {
namespace {

using nlohmann::json;

Error cut_short(const Plan& plan, const SearchState& search, const settings::Settings& settings) {
  Totals searched;
  for (const auto& [id, answers] : search.board) searched.add(answers);
  return {ErrorKind::budget, fmt::format("budget.calls = {} left {} calls for the search{}",
                                         *settings.budget.calls, searched.model_calls(),
                                         plan.test_cut_by_calls ? " and none for the test" : "")};
}

// One run from its open directory to its written result.
class Run {
 public:
  // local: embeddings that needed no network; nothing when the endpoint makes them.
  Run(const OptimizeOptions& options,
      const settings::Settings& settings,
      Inputs inputs,
      std::optional<data::Embeddings> local,
      const store::RunDir& directory)
      : options_(options),
        settings_(settings),
        inputs_(std::move(inputs)),
        embeddings_(std::move(local)),
        plan_(make_plan(settings, inputs_)),
        bound_(bound_cost(settings, inputs_, plan_)),
        directory_(directory),
        endpoint_(settings, directory.responses(), options.interrupted, {}, options.choose),
        start_(system_clock().now()),
        sealed_(manifest_so_far(directory),
                settings.budget,
                plan_.search_calls(),
                options.reopen_test) {
    sealed_.require_same_search(directory.path());
    if (!settings.candidates.write) return;
    writing_.emplace(settings, endpoint_, inputs_, plan_.write_calls, plan_.reflect_outcomes);
    answers_.written.emplace();
  }

  OptimizeReport execute() {
    progress_.run_dir = directory_.path();
    if (options_.on_answer) {
      watch_answers(endpoint_.budget(), [this] {
        count_calls();
        Progress now = progress_;
        now.stage = activity_.now(endpoint_.spent().by_role, progress_.stage);
        now.distinct = std::max(now.distinct, static_cast<std::int64_t>(inputs_.candidates.size()));
        options_.on_answer(now);
      });
    }
    try {
      return play();
    } catch (...) {
      const Endpoint::Spent spent = endpoint_.spent();
      if (spent.calls_paid + spent.calls_cached > 0) report("stopped");  // says what was paid
      throw;
    }
  }

 private:
  OptimizeReport play() {
    write_manifest();
    progress_.calls_planned = plan_.calls();
    endpoint_.budget().set_bound(bound_.most());
    keep_final_share();
    std::optional<Error> error = write_first();
    if (!error) error = embed();
    if (!error) error = search();
    search_was_cut_ = error.has_value();
    const bool may_go_on = !error || error->kind == ErrorKind::budget;
    if (answers_.search.recommended) winner_ = find_winner(settings_, inputs_, answers_.search);
    if (winner_ && may_go_on) {
      if (auto failure = final_stages()) error = failure;
    }
    const bool is_short = plan_.missing_outcomes > answers_.search.spared;
    if (!error && (plan_.test_cut_by_calls || is_short))
      error = cut_short(plan_, answers_.search, settings_);
    return write(error);
  }

  // Before anything is paid for, so that whatever happens the run can be gone on with.
  void write_manifest() {
    // What an endpoint embeds follows from the settings and the stored replies.
    const std::string hash = embeddings_ ? embeddings_hash(*embeddings_) : "";
    manifest_ =
        settle_manifest(directory_, make_manifest(settings_, options_.overrides, inputs_, hash));
  }

  // The initial ones; the search orders the others.
  std::optional<Error> write_first() {
    if (!writing_) return std::nullopt;
    report("write");
    write::WrittenBatch batch = writing_->initial([&](const write::WrittenBatch& at) {
      progress_.distinct =
          static_cast<std::int64_t>(inputs_.instructions.size() + at.written.size());
      report("write");
    });
    answers_.written = batch;
    std::vector<task::Candidate> instructions = inputs_.instructions;
    for (task::Candidate& one : as_candidates(batch.written))
      instructions.push_back(std::move(one));
    const bool has_others = !inputs_.instructions.empty();
    set_instructions(settings_, std::move(instructions), inputs_);
    if (auto error = writing_error(batch, has_others)) return error;
    inputs_.is_written = true;
    plan_ = make_plan(settings_, inputs_);
    keep_final_share();
    progress_.calls_planned = plan_.calls();
    return std::nullopt;
  }

  void keep_final_share() {
    share_.emplace(settings_, plan_, bound_cost(settings_, inputs_, plan_), endpoint_.budget());
    share_->update();
  }

  // Half of the test is the winner's, half the baseline's, which is like any other.
  void update_final_share() {
    share_->update((1 + length_of_winner(settings_, answers_.search)) / 2,
                   baseline_left(inputs_, answers_, plan_));
  }

  std::optional<Error> embed() {
    directory_.write("candidates.jsonl", candidates_jsonl(inputs_.candidates));
    if (embeddings_) return std::nullopt;
    if (const auto local = local_embeddings(settings_, inputs_)) {
      embeddings_.emplace(*local);
      return std::nullopt;
    }
    progress_.embedded = 0;
    report("embed");
    try {
      const CandidateEmbeddings made =
          embed_candidates(settings_, endpoint_, task::texts_of(inputs_.candidates),
                           embeddings_fallback(manifest_), [&](std::int64_t more) {
                             progress_.embedded += more;
                             report("embed");
                           });
      embeddings_.emplace(made.vectors);
      if (!made.fallback.empty() && answers_.warnings.empty()) fall_back(made.fallback);
      return std::nullopt;
    } catch (const Failure& failure) {
      return failure.error().with_context("embeddings");
    }
  }

  void fall_back(const std::string& why) {
    note_embeddings_fallback(directory_, manifest_, why);
    answers_.warnings.push_back(fallback_warning(why));
    options_.on_warning(answers_.warnings.back());
  }

  DomainGrowth growth(const SearchWays& ways, store::LineLog& trace) {
    const auto embed_again = [this]() -> Result<data::Embeddings> {
      embeddings_.reset();
      if (auto error = embed()) return *error;
      return *embeddings_;
    };
    return {settings_,
            ways.ways,
            writing_ ? &*writing_ : nullptr,
            inputs_,
            answers_,
            embed_again,
            [&trace](const report::WritingDecision& decision) {
              trace.append(report::trace_line(decision));
            }};
  }

  std::optional<Error> search() {
    const SearchWays ways =
        ways_of_search(settings_, inputs_, plan_, bound_cost(settings_, inputs_, plan_));
    optim::Problem problem = make_problem(settings_, inputs_, plan_, *embeddings_);
    problem.ways = ways.ways;
    problem.writing_calls = std::min(ways.calls, problem.calls);
    problem.writing_replies = ways.replies;
    if (writing_ && !inputs_.exemplars) problem.written = written_by(ways, *answers_.written);
    const auto method =
        optim::make_method(settings_.optimizer.method, problem, settings_.optimizer.options);
    store::LineLog trace(directory_.path() / "trace.jsonl");
    SearchEvents events{
        [&](const report::Decision& decision) { trace.append(report::trace_line(decision)); },
        [&](const SearchState&) {
          update_final_share();
          report("search");
        }};
    if (!ways.ways.empty()) events.write = growth(ways, trace);
    events.on_stop = [&](const report::StopDecision& stop) {
      trace.append(report::trace_line(stop));
    };
    const SearchOptions options{
        dev_order(settings_, inputs_), tolerance(),      plan_.examples_per_evaluation,
        {"dev", &inputs_.splits.dev},  problem.baseline, plan_.spared_outcomes};
    FirstReplies first(settings_, inputs_, inputs_.splits.dev, go_on(),
                       directory_.responses().string());
    events.on_answers = [&](std::span<const task::Answer> some) { return first.look(some); };
    if (settings::has_preference(settings_)) {
      if (auto error = run_baseline(settings_, inputs_, plan_, tolerance(), endpoint_, answers_))
        return error;
    }
    const task::Opponents opponents = opponents_of(inputs_.splits.dev, answers_.baseline_dev);
    const task::Evaluator evaluator =
        endpoint_.evaluator(inputs_, inputs_.splits.dev, "search", &opponents);
    progress_.stage = "search";
    std::optional<Error> error =
        run_search(*method, inputs_.candidates, evaluator, options, events, answers_.search);
    trace.finish();
    keep_reflections();
    return error ? error : first.conclude();
  }

  void keep_reflections() {
    if (!writing_) return;
    for (const Writing::Reflection& one : writing_->reflections()) {
      answers_.reflections.push_back(one.answer);
      answers_.reflected.push_back(one.id);
    }
  }

  std::string go_on() const { return "zopo optimize --resume " + directory_.path().string(); }

  Tolerance tolerance() const { return {settings_.evaluation.max_error_rate, go_on()}; }

  std::optional<Error> final_stages() {
    report("baseline");
    std::optional<Error> cut =
        run_baseline(settings_, inputs_, plan_, tolerance(), endpoint_, answers_);
    if (cut && cut->kind != ErrorKind::budget) return cut;  // else the test has a share of its own
    update_final_share();
    if (plan_.test_outcomes > 0 && !share_->has_room_for_test()) return no_room_for_test();
    report("test");
    auto error = test();
    is_tested_ = !error && plan_.test_outcomes > 0;
    report("done");
    return error ? error : cut;
  }

  // The reading is on the disk before anything of the test is asked.
  std::optional<Error> test() {
    if (plan_.test_outcomes == 0) return std::nullopt;
    const task::Candidate& best = inputs_.candidates.at(static_cast<std::size_t>(*winner_->best));
    const bool is_new = sealed_.open(best.text(), search_was_cut_, directory_.path());
    write_readings();
    auto error = run_test(settings_, inputs_, plan_, *winner_, tolerance(), endpoint_, answers_);
    if (is_new && answers_.test_answered == 0) {
      sealed_.take_back();
      write_readings();
    }
    answers_.test_readings = sealed_.readings();
    return error;
  }

  void write_readings() {
    manifest_[SealedTest::kKey] = sealed_.to_json();
    directory_.write("manifest.json", manifest_.dump(2) + "\n");
  }

  // A cap of this run's own that the search used up, the test's share kept aside: all was done.
  bool is_done_at(const Error& error) const {
    return is_tested_ && error.kind == ErrorKind::budget &&
           !error.message.starts_with(llm::kSharedCap);
  }

  OptimizeReport write(const std::optional<Error>& error) {
    OptimizeReport report;
    report.result = make_result(settings_, inputs_, answers_, winner_);
    report.result.usage = endpoint_.usage();
    report.result.stopped = error ? stop_reason(*error) : stop_reason(answers_.search.stopped);
    report.run_dir = directory_.path();
    if (error && is_done_at(*error))
      report.cut_by = error->message;
    else
      report.error = error;
    const Endpoint::Spent spent = endpoint_.spent();
    report.calls_paid = spent.calls_paid;
    report.calls_cached = spent.calls_cached;
    report.calls_lost = spent.calls_lost;
    report.seconds = seconds();
    write_result_files(directory_, report.result, inputs_, answers_, winner_, settings_.llm.model);
    if (embeddings_) write_map(directory_, *embeddings_);
    directory_.write("timing.json", timing_of(report, spent.by_role).dump(2) + "\n");
    write_models();
    return report;
  }

  // The models as the endpoint named them.
  void write_models() {
    manifest_["models_returned"] = models_of(answers_.search.board);
    directory_.write("manifest.json", manifest_.dump(2) + "\n");
  }

  double seconds() const {
    return std::chrono::duration<double>(system_clock().now() - start_).count();
  }

  void count_calls() {
    const Endpoint::Spent spent = endpoint_.spent();
    progress_.calls = spent.calls_paid + spent.calls_cached;
    progress_.calls_paid = spent.calls_paid;
    if (settings_.llm.price) progress_.usd = spent.usd;
    progress_.seconds = seconds();
  }

  void report(const char* stage) {
    progress_.stage = stage;
    progress_.rounds = answers_.search.rounds;
    count_calls();
    if (answers_.search.recommended) {
      const optim::CandidateId best = answers_.search.recommended->id;
      if (const auto so_far = report::score_of(answers_.search.board.at(best))) {
        progress_.best_id = best;
        progress_.best_prompt = inputs_.candidates.at(static_cast<std::size_t>(best)).text();
        progress_.best_mean = so_far->score;
        progress_.best_ci = so_far->ci;
        progress_.best_n = so_far->n;
      }
    }
    progress_.errors = open_answers(answers_.search.board);
    options_.on_progress(progress_);
  }

  const OptimizeOptions& options_;
  const settings::Settings& settings_;
  Inputs inputs_;
  std::optional<data::Embeddings> embeddings_;
  Plan plan_;
  const CostBound bound_;  // as the dry run says it
  const store::RunDir& directory_;
  Endpoint endpoint_;
  std::chrono::steady_clock::time_point start_;
  json manifest_;
  SealedTest sealed_;
  bool search_was_cut_ = false, is_tested_ = false;
  Answers answers_;
  std::optional<FinalShare> share_;
  std::optional<Writing> writing_;  // where candidates are written
  std::optional<Winner> winner_;
  Progress progress_;
  Activity activity_;
};

}  // namespace

OptimizeReport optimize(const OptimizeOptions& given) {
  const OptimizeOptions options = completed(given);
  settings::Settings settings = settings::load_settings(options.task_file, options.overrides);
  settings.shared = options.shared;
  keep_as_begun(options, settings);
  Inputs inputs = load_inputs(settings);
  for (const std::string& warning : inputs.warnings) options.on_warning(warning);
  const Plan plan = make_plan(settings, inputs);
  std::optional<data::Embeddings> local;
  if (!settings.candidates.write) {
    if (auto z = local_embeddings(settings, inputs)) local.emplace(*z);
  }
  check_method(settings, inputs, plan, local);
  const store::RunDir directory = open_directory(options, settings, inputs);
  const store::RunLock lock(directory.path());
  return Run(options, settings, std::move(inputs), std::move(local), directory).execute();
}

}  // namespace zopo::run
