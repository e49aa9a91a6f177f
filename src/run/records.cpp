#include "run/records.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace zopo::run {

const char* stop_reason(const Error& error) {
  switch (error.kind) {
    case ErrorKind::budget:
      return "cap";
    case ErrorKind::incomplete:
      return "incomplete";
    case ErrorKind::interrupted:
      return "interrupted";
    default:
      return "error";
  }
}

const char* stop_reason(const std::optional<optim::Stop>& stop) {
  if (stop == optim::Stop::price) return "price";
  return stop == optim::Stop::candidates ? "exhausted" : "budget";
}

std::int64_t open_answers(const Board& board) {
  std::int64_t open = 0;
  for (const auto& [id, answers] : board) {
    open += std::count_if(answers.begin(), answers.end(), [](const task::Answer& answer) {
      return answer.state == llm::ReplyState::error;
    });
  }
  return open;
}

std::set<std::string> models_of(const Board& board) {
  std::set<std::string> models;
  for (const auto& [id, answers] : board) {
    for (const task::Answer& answer : answers) models.insert(answer.model);
  }
  models.erase("");
  return models;
}

std::vector<report::EvaluationRow> rows_of(const Inputs& inputs,
                                           const Answers& answers,
                                           const std::optional<Winner>& winner) {
  std::vector<report::EvaluationRow> rows;
  const auto add = [&](const char* split, const std::string& id,
                       const std::vector<task::Answer>& some) {
    const data::Dataset& asked =
        std::string_view(split) == "test" ? inputs.splits.test : inputs.splits.dev;
    for (const task::Answer& answer : some)
      rows.push_back(
          {split, id, &answer, &asked.examples.at(static_cast<std::size_t>(answer.example))});
  };
  for (const auto& [id, some] : answers.search.board) add("dev", std::to_string(id), some);
  add("dev", "baseline", answers.baseline_dev);
  for (std::size_t i = 0; i < answers.reflections.size(); ++i) {
    const task::Answer& answer = answers.reflections[i];
    rows.push_back({"train", std::to_string(answers.reflected[i]), &answer,
                    &inputs.splits.train.examples.at(static_cast<std::size_t>(answer.example))});
  }
  if (winner) add("test", std::to_string(*winner->best), answers.best_test);
  add("test", "baseline", answers.baseline_test);
  return rows;
}

std::optional<std::string> scores_json(const Inputs& inputs,
                                       const Answers& answers,
                                       const std::string& task,
                                       const std::string& model) {
  if (inputs.exemplars) return std::nullopt;
  nlohmann::json prompts = nlohmann::json::array(), scores = prompts, counts = prompts;
  for (const auto& [id, some] : answers.search.board) {
    const task::Evaluation sum = task::summarize(some);
    if (sum.scored() == 0) continue;
    prompts.push_back(inputs.candidates.at(static_cast<std::size_t>(id)).instruction);
    scores.push_back(sum.mean());
    counts.push_back(sum.scored());
  }
  if (prompts.size() < 2) return std::nullopt;
  const nlohmann::json file = {{"task", task},
                               {"candidates", prompts},
                               {"scores", {{model, scores}}},
                               {"answers", {{model, counts}}}};
  return file.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace zopo::run
