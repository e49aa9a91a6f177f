#include "optim/complement.h"

#include <algorithm>
#include <map>
#include <utility>

namespace zopo::optim {

double best_of_two(const Partner& a, const Partner& b, std::span<const gp::Observation> answers) {
  std::map<Index, double> first;
  for (const gp::Observation& answer : answers)
    if (answer.candidate == a.row) first[answer.example] = answer.score;
  double sum = kUnseen * (1 - (1 - a.score) * (1 - b.score)), n = kUnseen;
  for (const gp::Observation& answer : answers) {
    if (answer.candidate != b.row) continue;
    const auto other = first.find(answer.example);
    if (other == first.end()) continue;
    sum += std::max(answer.score, other->second);
    n += 1;
  }
  return sum / n;
}

std::vector<std::vector<CandidateId>> pairs_by_complement(
    std::span<const Partner> best, std::span<const gp::Observation> answers) {
  std::vector<std::pair<double, CandidateId>> ranked;
  for (std::size_t i = 1; i < best.size(); ++i)
    ranked.emplace_back(best_of_two(best[0], best[i], answers), best[i].id);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& x, const auto& y) { return x.first > y.first; });
  std::vector<std::vector<CandidateId>> pairs;
  for (const auto& [value, id] : ranked) pairs.push_back({best[0].id, id});
  return pairs;
}

}  // namespace zopo::optim
