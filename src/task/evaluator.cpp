// Fills prompts in, asks and measures what comes back. Called by run for every round, and by zopo
// evaluate.

#include "zopo/task/evaluator.h"

namespace zopo::task {
namespace {

void add(llm::Usage& sum, const llm::Usage& usage) {
  sum.prompt_tokens += usage.prompt_tokens;
  sum.completion_tokens += usage.completion_tokens;
  sum.cached_tokens += usage.cached_tokens;
  sum.reasoning_tokens += usage.reasoning_tokens;
}

}  // namespace

Evaluation summarize(std::span<const Answer> answers) {
  Evaluation evaluation;
  for (const Answer& answer : answers) {
    switch (answer.state) {
      case llm::ReplyState::ok:
        ++evaluation.ok;
        break;
      case llm::ReplyState::truncated:
        ++evaluation.truncated;
        break;
      case llm::ReplyState::error:
        ++evaluation.error;
        continue;
    }
    evaluation.sum += answer.score;
  }
  return evaluation;
}

Evaluator::Evaluator(llm::Chat& chat,
                     const PromptTemplate& prompt,
                     const score::Extractor& extract,
                     const score::Metric& metric,
                     const data::Dataset& dataset,
                     int repeats,
                     Truncated truncated)
    : Evaluator(
          chat, prompt, {{"", 1, &extract, measure_by(metric)}}, dataset, repeats, truncated) {}

Evaluator::Evaluator(llm::Chat& chat,
                     const PromptTemplate& prompt,
                     std::vector<WeightedMeasure> measures,
                     const data::Dataset& dataset,
                     int repeats,
                     Truncated truncated)
    : chat_(chat),
      prompt_(prompt),
      measures_(std::move(measures)),
      dataset_(dataset),
      repeats_(repeats),
      truncated_(truncated) {
  for (const WeightedMeasure& one : measures_) total_weight_ += one.weight;
}

std::vector<Answer> Evaluator::evaluate(std::span<const Item> items) const {
  const auto repeats = static_cast<std::size_t>(repeats_);
  std::vector<llm::ChatRequest> requests;
  requests.reserve(items.size() * repeats);
  for (const Item& item : items) {
    const data::Example& example = dataset_.examples.at(static_cast<std::size_t>(item.example));
    for (int repeat = 0; repeat < repeats_; ++repeat) {
      requests.push_back({prompt_.fill(item.candidate, example), repeat});
    }
  }
  const std::vector<llm::ChatReply> replies = chat_.complete(requests);
  std::vector<Answer> answers;
  answers.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    answers.push_back(collect(items[i], std::span(replies).subspan(i * repeats, repeats)));
  }
  score(replies, answers);
  return answers;
}

Answer Evaluator::collect(const Item& item, std::span<const llm::ChatReply> replies) const {
  Answer answer;
  answer.example = item.example;
  answer.state = llm::ReplyState::ok;
  for (const llm::ChatReply& reply : replies) {
    add(answer.usage, reply.usage);
    answer.calls += reply.calls;
    answer.calls_paid += reply.paid ? reply.calls : 0;
    answer.reply = reply.text;
    if (!reply.model.empty()) answer.model = reply.model;
    if (reply.state == llm::ReplyState::error) {
      answer.state = llm::ReplyState::error;
      answer.error = reply.error;
      answer.refused = reply.refused;
    }
    answer.reasoned = reply.reasoned || (reply.text.empty() && reply.usage.reasoning_tokens > 0);
    if (reply.state == llm::ReplyState::truncated && truncated_ == Truncated::open) {
      answer.state = llm::ReplyState::error;
      answer.error = {ErrorKind::api, "the reply is cut or empty (finish reason \"" +
                                          reply.finish_reason + "\"): raise llm.max_tokens"};
    }
    if (answer.state == llm::ReplyState::error) continue;
    if (reply.state == llm::ReplyState::truncated) answer.state = llm::ReplyState::truncated;
  }
  return answer;
}

void Evaluator::score(std::span<const llm::ChatReply> replies, std::span<Answer> answers) const {
  for (std::size_t m = 0; m < measures_.size(); ++m) score_by(m, replies, answers);
}

void Evaluator::score_by(std::size_t m,
                         std::span<const llm::ChatReply> replies,
                         std::span<Answer> answers) const {
  const WeightedMeasure& by = measures_[m];
  const auto repeats = static_cast<std::size_t>(repeats_);
  std::vector<std::string> extracted(replies.size());
  std::vector<score::Metric::Case> cases;
  std::vector<std::size_t> owner;  // of each case, among the answers
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const Answer& answer = answers[i / repeats];
    if (answer.state == llm::ReplyState::error) continue;
    extracted[i] = (*by.extract)(replies[i].text);
    cases.push_back({extracted[i], replies[i].text,
                     &dataset_.examples.at(static_cast<std::size_t>(answer.example))});
    owner.push_back(i / repeats);
  }
  const std::vector<Measurement> measured = by.measure->measure(cases);
  std::vector<std::optional<double>> sums(answers.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Answer& answer = answers[owner[i]];
    std::optional<double>& sum = sums[owner[i]];
    const bool is_first_repeat = i == 0 || owner[i - 1] != owner[i];
    if (m == 0) answer.extracted = cases[i].answer;
    answer.judge += measured[i].judge;
    if (!answer.judge_said.empty() && !measured[i].said.empty()) answer.judge_said += "\n\n";
    answer.judge_said += measured[i].said;
    if (!measured[i].score.ok()) {
      sum.reset();
      // Without weight it decides nothing, but what would meet every other request ends the run.
      const Error& error = measured[i].score.error();
      if (by.weight > 0 || error.kind != ErrorKind::api) {
        answer.state = llm::ReplyState::error;
        answer.error = error;
      }
    } else if (is_first_repeat || sum) {
      sum = sum.value_or(0) + *measured[i].score / repeats_;
    }
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (sums[i]) answers[i].score += by.weight / total_weight_ * *sums[i];
    if (measures_.size() > 1) answers[i].scores.push_back({by.label, sums[i]});
  }
}

}  // namespace zopo::task
