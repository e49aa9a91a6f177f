#include "optim/halving.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "optim/round_size.h"

namespace zopo::optim {
namespace {

// ceil(log2 n), at least 1.
std::int64_t stages_of(std::size_t arms) {
  const auto bits = static_cast<std::int64_t>(std::bit_width(std::max<std::size_t>(arms, 1) - 1));
  return std::max<std::int64_t>(1, bits);
}

// The most arms that n ceil(log2 n) calls can be paid of.
std::int64_t usual_arms(std::int64_t calls) {
  constexpr std::int64_t kMostUsual = 128;
  std::int64_t arms = kMostUsual;
  while (arms > 1 && arms * stages_of(static_cast<std::size_t>(arms)) > calls) --arms;
  return arms;
}

}  // namespace

CallOptions read_halving(const Problem& problem, OptionReader& read, std::int64_t most) {
  CallOptions options;
  options.arms = read.integer("arms", usual_arms(problem.calls), 1, most);
  options.round = read.integer("round", usual_round(problem), 1, 1'000'000);
  return options;
}

Halving::Halving(const Problem& problem, const CallOptions& options)
    : CallByCall(problem, options), calls_(problem.calls), alive_(arms().size()) {
  std::iota(alive_.begin(), alive_.end(), std::size_t{0});
  stages_ = stages_of(alive_.size());
  begin_stage();
  set_first_look(each_);
  turn_ = initial();  // the first round asks these
}

void Halving::begin_stage() {
  const auto arms = std::max<std::int64_t>(1, static_cast<std::int64_t>(alive_.size()));
  // t_r = floor(T / (|S_r| ceil(log2 n)))
  each_ = std::max<std::int64_t>(1, calls_ / (arms * stages_));
  lacking_ = each_;
  turn_ = 0;
}

void Halving::choose(Round& round) {
  while (room(round) > 0) {
    if (turn_ == alive_.size()) {
      if (!round.queries.empty()) return;  // a stage is judged by all of its answers
      if (!begin_next()) return;
    }
    const std::int64_t spent = hand_out(alive_[turn_], std::min(lacking_, room(round)), round);
    lacking_ -= spent;
    if (spent > 0 && lacking_ > 0) continue;
    ++turn_;
    lacking_ = each_;
  }
}

bool Halving::begin_next() {
  if (++stage_ >= stages_) return complete_next();
  std::vector<double> merits(arms().size(), -1);  // of arms without answers
  for (const std::size_t arm : alive_) {
    if (arms()[arm].n > 0) merits[arm] = estimate(arm);
  }
  std::stable_sort(alive_.begin(), alive_.end(),
                   [&](std::size_t a, std::size_t b) { return merits[a] > merits[b]; });
  alive_.resize((alive_.size() + 1) / 2);  // Alg. 2: the ceil(|S_r| / 2) best
  begin_stage();
  return true;
}

bool Halving::complete_next() {
  if (stage_ == stages_) {
    const std::size_t winner = best_of(alive_);
    alive_.clear();
    if (winner < arms().size()) alive_.push_back(winner);
  }
  std::vector<std::size_t> open;
  for (const std::size_t arm : tried()) {
    if (examples_left(arm) > 0) open.push_back(arm);
  }
  if (open.empty()) return false;
  const bool is_winner_open = alive_.size() == 1 && examples_left(alive_.front()) > 0;
  if (!is_winner_open) alive_.push_back(best_of(open));
  turn_ = alive_.size() - 1;
  lacking_ = each_ = examples_left(alive_.back());
  return true;
}

std::size_t Halving::preferred() const {
  const std::size_t best = best_of(alive_);
  return best < arms().size() ? best : best_of(tried());
}

}  // namespace zopo::optim
