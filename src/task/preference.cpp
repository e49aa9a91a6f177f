// Lets a model choose between a reply and the baseline's, in both orders. Called by the
// evaluator.

#include "zopo/task/preference.h"

#include <algorithm>

#include "task/judge_reply.h"
#include "zopo/base/hash.h"

namespace zopo::task {
namespace {

class ByPreference final : public Measure {
 public:
  ByPreference(llm::Chat& chat,
               Rubric rubric,
               Orders orders,
               const score::Extractor& extract,
               const Opponents* opponents)
      : chat_(chat),
        rubric_(std::move(rubric)),
        orders_(orders),
        extract_(extract),
        opponents_(opponents) {}

  std::vector<Measurement> measure(std::span<const score::Metric::Case> cases) const override {
    std::vector<Measurement> measured(cases.size(), Measurement{0.5, {}, ""});
    std::vector<Comparison> comparisons;
    for (std::size_t i = 0; opponents_ != nullptr && i < cases.size(); ++i) {
      const Result<std::string>& reply = opponents_->at(cases[i].example);
      if (!reply) {
        measured[i].score = reply.error().with_context("the baseline's reply");
        continue;
      }
      const std::string opponent = extract_(*reply);
      if (cases[i].answer != opponent) add_comparisons(i, cases[i], opponent, comparisons);
    }
    ask(comparisons, measured);
    return measured;
  }

 private:
  struct Comparison {
    std::size_t owner = 0;  // among the cases
    bool swapped = false;   // the baseline's answer comes first
    JudgeQuestion question;
  };

  void add_comparisons(std::size_t owner,
                       const score::Metric::Case& one,
                       const std::string& opponent,
                       std::vector<Comparison>& into) const {
    Comparison plain{owner, false, choice_question(rubric_, *one.example, one.answer, opponent)};
    Comparison swapped{owner, true, choice_question(rubric_, *one.example, opponent, one.answer)};
    // The same draw for both questions: it must not depend on which of them is looked at.
    const bool first = sha256(std::min(plain.question.key, swapped.question.key))[0] % 2 == 0;
    const bool plain_is_first = plain.question.key < swapped.question.key;
    if (orders_ == Orders::both || first == plain_is_first) into.push_back(std::move(plain));
    if (orders_ == Orders::both || first != plain_is_first) into.push_back(std::move(swapped));
  }

  void ask(const std::vector<Comparison>& comparisons, std::vector<Measurement>& measured) const {
    if (comparisons.empty()) return;
    std::vector<llm::ChatRequest> requests;
    for (const Comparison& comparison : comparisons)
      requests.push_back({comparison.question.messages});
    const std::vector<llm::ChatReply> replies = chat_.complete(requests);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      Measurement& mine = measured[comparisons[i].owner];
      const bool again = i > 0 && comparisons[i - 1].owner == comparisons[i].owner;
      const Result<double> verdict = verdict_of(comparisons[i], replies[i]);
      mine.judge.add(replies[i]);
      mine.said += (again ? "\n\n" : "") + replies[i].text;
      if (!mine.score) continue;
      if (again && verdict && *mine.score != *verdict) {
        mine.score = 0.5;
      } else {
        mine.score = verdict;
      }
    }
  }

  static Result<double> verdict_of(const Comparison& comparison, const llm::ChatReply& reply) {
    if (const auto error = unusable_judgement(reply)) return *error;
    Result<double> first_is_better = parse_choice(reply.text, comparison.question);
    if (!first_is_better || !comparison.swapped) return first_is_better;
    return 1 - *first_is_better;
  }

  llm::Chat& chat_;
  const Rubric rubric_;
  const Orders orders_;
  const score::Extractor& extract_;
  const Opponents* opponents_;
};

}  // namespace

std::unique_ptr<Measure> measure_by_preference(llm::Chat& chat,
                                               Rubric rubric,
                                               Orders orders,
                                               const score::Extractor& extract,
                                               const Opponents* opponents) {
  return std::make_unique<ByPreference>(chat, std::move(rubric), orders, extract, opponents);
}

}  // namespace zopo::task
