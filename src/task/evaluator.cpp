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
                     const data::Extractor& extract,
                     const data::Metric& metric,
                     const data::Dataset& dataset,
                     int repeats,
                     Truncated truncated)
    : chat_(chat),
      prompt_(prompt),
      extract_(extract),
      metric_(metric),
      dataset_(dataset),
      repeats_(repeats),
      truncated_(truncated) {}

std::vector<Answer> Evaluator::evaluate(std::span<const Item> items) const {
  const auto repeats = static_cast<std::size_t>(repeats_);
  std::vector<llm::ChatRequest> requests;
  requests.reserve(items.size() * repeats);
  for (const Item& item : items) {
    const data::Example& example = dataset_.examples.at(static_cast<std::size_t>(item.example));
    for (int repeat = 0; repeat < repeats_; ++repeat) {
      requests.push_back({prompt_.fill(item.instruction, example), repeat});
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
    }
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
  const auto repeats = static_cast<std::size_t>(repeats_);
  std::vector<std::string> extracted(replies.size());
  std::vector<data::Metric::Case> cases;
  std::vector<std::size_t> owner;  // of each case, among the answers
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const Answer& answer = answers[i / repeats];
    if (answer.state == llm::ReplyState::error) continue;
    extracted[i] = extract_(replies[i].text);
    cases.push_back({extracted[i], replies[i].text,
                     &dataset_.examples.at(static_cast<std::size_t>(answer.example))});
    owner.push_back(i / repeats);
  }
  const std::vector<Result<double>> scores = metric_.score_all(cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Answer& answer = answers[owner[i]];
    answer.extracted = cases[i].answer;
    if (!scores[i].ok()) {
      answer.state = llm::ReplyState::error;
      answer.error = scores[i].error();
    } else {
      answer.score += *scores[i] / static_cast<double>(repeats_);
    }
  }
}

}  // namespace zopo::task
