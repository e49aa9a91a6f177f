#include "optim/racing.h"

#include <algorithm>
#include <cmath>

namespace zopo::optim {

RacingOptions read_racing(OptionReader& read) {
  RacingOptions options;
  options.on = read.flag("racing", options.on);
  options.block = read.integer("racing_block", options.block, 1, 1'000'000);
  options.alpha = read.number("racing_alpha", options.alpha, 1e-9, 1);
  return options;
}

void PairedTest::add(double difference) {
  for (std::size_t i = 0; i < kStakes.size(); ++i) {
    log_capitals_[i] += std::log1p(-kStakes[i] * std::clamp(difference, -1.0, 1.0));
  }
}

double PairedTest::capital() const {
  double sum = 0;
  for (const double log_capital : log_capitals_) sum += std::exp(log_capital);
  return sum / static_cast<double>(kStakes.size());
}

void Races::add(const Outcome& outcome) {
  std::vector<Answer>& answers = answers_[outcome.id];
  for (std::size_t i = 0; i < outcome.scores.size(); ++i) {
    answers.push_back({outcome.examples[i], outcome.scores[i]});
  }
}

bool Races::hopeless(CandidateId challenger, CandidateId incumbent) const {
  const auto mine = answers_.find(challenger), theirs = answers_.find(incumbent);
  if (mine == answers_.end() || theirs == answers_.end()) return false;
  std::map<std::int64_t, double> known;
  for (const Answer& answer : theirs->second) known[answer.example] = answer.score;
  PairedTest test;
  for (const Answer& answer : mine->second) {
    const auto same = known.find(answer.example);
    if (same == known.end()) continue;
    test.add(answer.score - same->second);
    if (test.capital() >= 1 / alpha_) return true;
  }
  return false;
}

}  // namespace zopo::optim
