#include "zopo/run/open_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zopo/base/text.h"

namespace zopo::run {
namespace {

constexpr std::size_t kMostNamed = 5;

std::string what_helps(const task::Answer& first, const std::string& go_on, double enough) {
  std::string advice =
      first.refused ? "Asking again cannot help."
                    : "Going on asks for them again, which helps where the trouble was passing.";
  if (go_on.empty()) return advice;
  return advice +
         fmt::format(
             " To leave them out of the scores: {} --set evaluation.max_error_rate={:.2f}. "
             "To start without them: mend the data, and keep what is paid by --cache "
             "RUN/responses.db",
             go_on, enough);
}

}  // namespace

std::string ExampleNames::operator()(std::int64_t example) const {
  if (dataset == nullptr) return fmt::format("example {}", example);
  const std::string& input = dataset->examples.at(static_cast<std::size_t>(example)).input;
  std::string begins(beginning(input, 60));
  std::replace(begins.begin(), begins.end(), '\n', ' ');
  return fmt::format("{} example {} (\"{}{}\")", split, example, begins,
                     begins.size() < input.size() ? ".." : "");
}

// Less what is lost in binary: 0.05 of 20 is one.
std::int64_t Tolerance::allowed(std::int64_t of) const {
  return static_cast<std::int64_t>(std::ceil(max_error_rate * static_cast<double>(of) - 1e-9));
}

std::optional<Error> Tolerance::check(std::span<const task::Answer* const> missing,
                                      std::int64_t of,
                                      const std::string& what,
                                      const ExampleNames& names) const {
  if (static_cast<std::int64_t>(missing.size()) <= allowed(of)) return std::nullopt;
  const task::Answer& first = *missing.front();
  const double share = static_cast<double>(missing.size()) / static_cast<double>(of);
  return Error{ErrorKind::incomplete,
               fmt::format("{}: {} of {} examples have no answer, more than "
                           "evaluation.max_error_rate {} allows; the first, {}: {} {}",
                           what, missing.size(), of, max_error_rate, names(first.example),
                           first.error.message,
                           what_helps(first, go_on, std::ceil(100 * share - 1e-9) / 100))};
}

std::optional<Error> Tolerance::check(std::span<const task::Answer> answers,
                                      const std::string& what,
                                      const ExampleNames& names) const {
  std::vector<const task::Answer*> missing;
  for (const task::Answer& answer : answers) {
    if (answer.state == llm::ReplyState::error) missing.push_back(&answer);
  }
  return check(missing, static_cast<std::int64_t>(answers.size()), what, names);
}

void OpenExamples::add(std::span<const task::Answer> answers) {
  for (const task::Answer& answer : answers) {
    if (answer.state != llm::ReplyState::error) continue;
    Open& open = open_[answer.example];
    if (open.prompts++ == 0) open.reason = answer.error.message;
    open.refused += answer.refused ? 1 : 0;
  }
}

bool OpenExamples::is_set_aside(std::int64_t example) const {
  const auto open = open_.find(example);
  return open != open_.end() && open->second.refused >= kRefusedForAll;
}

task::Answer OpenExamples::answer_of(std::int64_t example) const {
  task::Answer answer;
  answer.example = example;
  answer.refused = true;
  answer.error = {ErrorKind::api, open_.at(example).reason};
  return answer;
}

std::vector<std::string> OpenExamples::sentences() const {
  std::vector<std::string> sentences;
  for (const auto& [example, open] : open_) {
    if (sentences.size() == kMostNamed) {
      sentences.push_back(
          fmt::format("{} more {} examples are without an answer; see "
                      "evaluations.csv",
                      open_.size() - kMostNamed, names_.split));
      break;
    }
    sentences.push_back(
        fmt::format("{} has no answer for {} prompt(s){}: {}", names_(example), open.prompts,
                    is_set_aside(example) ? " and was set aside for all" : "", open.reason));
  }
  return sentences;
}

}  // namespace zopo::run
