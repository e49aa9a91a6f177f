#include "zopo/run/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "run/tie_break.h"
#include "run/verdicts.h"
#include "zopo/run/totals.h"
#include "zopo/task/leak.h"

namespace zopo::run {
namespace {

const std::vector<task::Answer>& answers_of(const SearchState& search, optim::CandidateId id) {
  return search.board.at(id);
}

// Of prompts with few examples and many: how good a prompt is at least, as far as its scores can be
// trusted.
double trusted_score(const std::vector<task::Answer>& answers) {
  const task::Evaluation counts = task::summarize(answers);
  return counts.scored() > 0 ? task::wilson_interval(counts.sum, counts.scored()).low : -1;
}

optim::CandidateId best_initial(const SearchState& search) {
  const auto better = [&](optim::CandidateId a, optim::CandidateId b) {
    return trusted_score(answers_of(search, a)) < trusted_score(answers_of(search, b));
  };
  return *std::max_element(search.initial.begin(), search.initial.end(), better);
}

// What the endpoint gave no answer to, by name.
std::vector<std::string> open_examples(const Inputs& inputs, const Answers& answers) {
  OpenExamples dev({"dev", &inputs.splits.dev}), test({"test", &inputs.splits.test});
  for (const auto& [id, own] : answers.search.board) dev.add(own);
  dev.add(answers.baseline_dev);
  test.add(answers.best_test);
  test.add(answers.baseline_test);
  std::vector<std::string> sentences = dev.sentences();
  const std::vector<std::string> of_test = test.sentences();
  sentences.insert(sentences.end(), of_test.begin(), of_test.end());
  return sentences;
}

// Of the answers that were asked before the search, those that it has as well: needed once.
void forget_what_is_searched(const Inputs& inputs, Answers& answers) {
  const auto searched = answers.search.board.find(inputs.baseline.value_or(-1));
  if (searched == answers.search.board.end()) return;
  std::erase_if(answers.baseline_dev, [&](const task::Answer& answer) {
    return std::any_of(
        searched->second.begin(), searched->second.end(), [&](const task::Answer& other) {
          return other.example == answer.example && other.state != llm::ReplyState::error;
        });
  });
}

}  // namespace

std::vector<std::string> leaks(const Inputs& inputs,
                               const std::string& name,
                               const std::string& prompt) {
  std::vector<std::string> found;
  const task::LeakCheck checks[] = {{inputs.splits.dev, "dev"}, {inputs.splits.test, "test"}};
  for (const task::LeakCheck& check : checks) {
    if (const auto leak = check(prompt)) found.push_back(name + ": " + *leak);
  }
  return found;
}

std::vector<task::Item> items_of(const task::Candidate& candidate, std::size_t examples) {
  std::vector<task::Item> items;
  for (std::size_t i = 0; i < examples; ++i)
    items.push_back({candidate, static_cast<std::int64_t>(i)});
  return items;
}

std::optional<task::PairedDifference> paired_difference(std::span<const task::Answer> a,
                                                        std::span<const task::Answer> b) {
  std::vector<double> scores_a, scores_b;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].state == llm::ReplyState::error || b[i].state == llm::ReplyState::error) continue;
    scores_a.push_back(a[i].score);
    scores_b.push_back(b[i].score);
  }
  if (scores_a.empty()) return std::nullopt;
  return task::paired_difference(scores_a, scores_b);
}

task::Opponents opponents_of(const data::Dataset& dataset,
                             const std::vector<task::Answer>& baseline) {
  task::Opponents opponents;
  for (const task::Answer& answer : baseline) {
    const bool missing = answer.state == llm::ReplyState::error;
    opponents.emplace(&dataset.examples.at(static_cast<std::size_t>(answer.example)),
                      missing ? Result<std::string>(answer.error) : answer.reply);
  }
  return opponents;
}

Winner find_winner(const settings::Settings& settings,
                   const Inputs& inputs,
                   const SearchState& search) {
  Winner winner;
  winner.best = preferred(settings, inputs.candidates, search, search.recommended->id);
  if (!search.initial.empty()) winner.initial_best = best_initial(search);
  winner.baseline_source = settings.baseline ? "task" : "first_initial";
  if (!search.initial.empty()) winner.first_initial = search.initial.front();
  winner.baseline =
      settings.baseline
          ? task::Candidate(*settings.baseline)
          : inputs.candidates.at(static_cast<std::size_t>(winner.first_initial.value_or(0)));
  return winner;
}

std::vector<task::Answer> baseline_on_dev(const Inputs& inputs, const Answers& answers) {
  std::map<std::int64_t, task::Answer> by_example;
  const auto add = [&](const std::vector<task::Answer>& more) {
    for (const task::Answer& answer : more) {
      task::Answer& known = by_example[answer.example];
      if (known.state == llm::ReplyState::error) known = answer;
    }
  };
  if (inputs.baseline) {
    const auto searched = answers.search.board.find(*inputs.baseline);
    if (searched != answers.search.board.end()) add(searched->second);
  }
  add(answers.baseline_dev);
  std::vector<task::Answer> all;
  for (auto& [example, answer] : by_example) all.push_back(std::move(answer));
  return all;
}

std::optional<Error> run_baseline(const settings::Settings& settings,
                                  const Inputs& inputs,
                                  const Plan& plan,
                                  const Tolerance& tolerance,
                                  Endpoint& endpoint,
                                  Answers& answers) {
  if (!settings.baseline || plan.baseline_outcomes == 0) return std::nullopt;
  forget_what_is_searched(inputs, answers);
  std::vector<char> known(inputs.splits.dev.examples.size(), 0);
  for (const task::Answer& answer : baseline_on_dev(inputs, answers))
    known[static_cast<std::size_t>(answer.example)] =
        (answer.state != llm::ReplyState::error || answer.refused) ? 1 : 0;
  std::vector<task::Item> missing = items_of(*settings.baseline, known.size());
  std::erase_if(missing, [&](const task::Item& item) {
    return known[static_cast<std::size_t>(item.example)] != 0;
  });
  const task::Evaluator evaluator = endpoint.evaluator(inputs, inputs.splits.dev, "baseline");
  std::vector<task::Answer> more;
  if (auto error = answer_all(evaluator, missing, more)) return error;
  answers.baseline_dev.insert(answers.baseline_dev.end(), more.begin(), more.end());
  return tolerance.check(baseline_on_dev(inputs, answers), "the baseline on dev",
                         {"dev", &inputs.splits.dev});
}

report::RunResult make_result(const settings::Settings& settings,
                              const Inputs& inputs,
                              const Answers& answers,
                              const std::optional<Winner>& winner) {
  report::RunResult result;
  result.task = settings.name;
  result.method = settings.optimizer.method;
  result.seed = settings.optimizer.seed;
  result.candidates = static_cast<std::int64_t>(inputs.candidates.size());
  result.candidates_tried = static_cast<std::int64_t>(answers.search.board.size());
  result.rounds = answers.search.rounds;
  Totals totals;
  for (const auto& [id, own] : answers.search.board) totals.add(own);
  result.search_calls = totals.model_calls();
  for (const auto* others : {&answers.baseline_dev, &answers.best_test, &answers.baseline_test})
    totals.add(*others);
  totals.add(answers.reflections);
  if (answers.written) {
    result.written = report::RunResult::Written{
        answers.written->replies, static_cast<std::int64_t>(answers.reflections.size()),
        static_cast<std::int64_t>(answers.written->written.size()),
        write::reasons(answers.written->dropped)};
  }
  result.added = answers.added;
  result.errors = totals.errors();
  result.truncated = totals.truncated();
  result.warnings = answers.warnings;
  for (const std::string& sentence : open_examples(inputs, answers))
    result.warnings.push_back(sentence);
  result.test = {answers.test_readings, answers.test_asked, answers.test_answered};
  if (answers.test_cut_at > 0) {
    result.warnings.push_back(
        fmt::format("the caps paid for {} of the {} test examples, drawn at random: the test's "
                    "scores are of these",
                    answers.test_cut_at, inputs.splits.test.examples.size()));
  }
  if (answers.test_readings > 1) {
    result.warnings.push_back(fmt::format(
        "the test was read {} times, for different winners, so its figures are optimistic",
        answers.test_readings));
  }
  if (!winner) return result;

  const auto prompt_of = [&](optim::CandidateId id) {
    const task::Candidate& candidate = inputs.candidates.at(static_cast<std::size_t>(id));
    const bool is_baseline = inputs.baseline == id;
    report::PromptResult prompt{id, candidate.instruction,
                                report::score_of(is_baseline ? baseline_on_dev(inputs, answers)
                                                             : answers_of(answers.search, id)),
                                std::nullopt};
    for (const std::int64_t at : candidate.exemplars) {
      const data::Example& example = inputs.splits.train.examples.at(static_cast<std::size_t>(at));
      prompt.exemplars.push_back({at, example.input, example.references.front()});
    }
    if (!candidate.exemplars.empty()) prompt.text = candidate.text();
    return prompt;
  };
  result.best = prompt_of(*winner->best);
  if (!answers.test_has_failed) result.best->test = report::score_of(answers.best_test);
  if (winner->initial_best) result.initial_best = prompt_of(*winner->initial_best);
  result.baseline_source = winner->baseline_source;
  const auto compared = inputs.baseline ? inputs.baseline : winner->first_initial;
  if (compared) result.baseline = prompt_of(*compared);
  if (result.baseline && !answers.test_has_failed)
    result.baseline->test = report::score_of(answers.baseline_test);
  if (inputs.baseline) settle(settings, inputs, answers, *winner, result);
  const auto leaking = leaks(inputs, "the best prompt", result.best->prompt);
  result.warnings.insert(result.warnings.end(), leaking.begin(), leaking.end());
  if (winner->baseline.instruction != result.best->prompt) {
    const auto more = leaks(inputs, "the baseline", winner->baseline.instruction);
    result.warnings.insert(result.warnings.end(), more.begin(), more.end());
  }
  if (answers.test_has_failed) return result;
  result.test_difference = paired_difference(answers.best_test, answers.baseline_test);
  add_doubts(settings, inputs, answers, result);
  return result;
}

}  // namespace zopo::run
