// Asks a model for grades and reads them. Called by the evaluator where the metric is a judge.

#include "zopo/task/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "task/judge_reply.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::task {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestVerdict = 1000;  // bytes

Error no_verdict(const std::string& why, std::string_view reply) {
  constexpr std::size_t kShown = 120;
  const std::string_view end = reply.substr(reply.size() - std::min(reply.size(), kShown));
  return {ErrorKind::api,
          fmt::format("judge: {}; its reply ends with {:?}", why, make_valid_utf8(end))};
}

// The last object of the reply; a code fence may close it, and a few words may follow. The key
// tells that it is the judge's own.
Result<json> verdict_of(std::string_view reply, const std::string& key) {
  const std::string_view text = trim(reply);
  const std::size_t begin = text.rfind('{');
  if (begin == std::string_view::npos || text.size() - begin > kLongestVerdict)
    return no_verdict("no verdict", reply);
  const std::size_t close = text.rfind('}'), end = close > begin ? close : text.size() - 1;
  json verdict = parse_json_of_others(text.substr(begin, end + 1 - begin));
  if (!verdict.is_object()) return no_verdict("no verdict", reply);
  if (!verdict.contains("key") || verdict["key"] != key)
    return no_verdict("a verdict without the key " + key, reply);
  return verdict;
}

class ByJudge final : public Measure {
 public:
  ByJudge(llm::Chat& chat, Rubric rubric) : chat_(chat), rubric_(std::move(rubric)) {}

  std::vector<Measurement> measure(std::span<const score::Metric::Case> cases) const override {
    std::vector<JudgeQuestion> questions;
    std::vector<llm::ChatRequest> requests;
    for (const score::Metric::Case& one : cases) {
      questions.push_back(grade_question(rubric_, *one.example, one.answer));
      requests.push_back({questions.back().messages});
    }
    std::vector<Measurement> measured;
    const std::vector<llm::ChatReply> replies = chat_.complete(requests);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      const std::optional<Error> error = unusable_judgement(replies[i]);
      measured.push_back(
          {error ? Result<double>(*error) : parse_grade(replies[i].text, questions[i], rubric_),
           {},
           replies[i].text});
      measured.back().judge.add(replies[i]);
    }
    return measured;
  }

 private:
  llm::Chat& chat_;
  const Rubric rubric_;
};

}  // namespace

std::optional<Error> unusable_judgement(const llm::ChatReply& reply) {
  if (reply.state == llm::ReplyState::error) return reply.error.with_context("judge");
  if (reply.state == llm::ReplyState::ok) return std::nullopt;
  return Error{ErrorKind::api, "judge: its reply is cut or empty (finish reason \"" +
                                   reply.finish_reason + "\"): raise judge.llm.max_tokens"};
}

Result<double> parse_grade(std::string_view reply,
                           const JudgeQuestion& question,
                           const Rubric& rubric) {
  const Result<json> verdict = verdict_of(reply, question.key);
  if (!verdict) return verdict.error();
  const auto score = verdict->find("score");
  if (score == verdict->end()) return no_verdict("no score", reply);
  const json number = score->is_string() ? parse_json_of_others(score->get<std::string>()) : *score;
  if (!number.is_number()) return no_verdict("no score", reply);
  const double grade = number.get<double>();
  if (!(grade >= rubric.low && grade <= rubric.high))
    return no_verdict(fmt::format("a score outside of {} to {}", rubric.low, rubric.high), reply);
  return (grade - rubric.low) / (rubric.high - rubric.low);
}

Result<double> parse_choice(std::string_view reply, const JudgeQuestion& question) {
  const Result<json> verdict = verdict_of(reply, question.key);
  if (!verdict) return verdict.error();
  const auto better = verdict->find("better");
  if (better == verdict->end()) return no_verdict("no choice", reply);
  if (*better == 1) return 1.0;
  if (*better == 2) return 0.0;
  if (*better == 0) return 0.5;
  return no_verdict("a choice that is not 1, 2 or 0", reply);
}

std::unique_ptr<Measure> measure_by_judge(llm::Chat& chat, Rubric rubric) {
  return std::make_unique<ByJudge>(chat, std::move(rubric));
}

}  // namespace zopo::task
