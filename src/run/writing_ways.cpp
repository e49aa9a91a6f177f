#include "run/writing_ways.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "zopo/run/writing.h"

namespace zopo::run {
namespace {

optim::Parents parents_of(const write::Way& way) {
  switch (way.parents) {
    case write::Parents::none:
      return optim::Parents::none;
    case write::Parents::user:
      return optim::Parents::user;
    case write::Parents::one:
      return optim::Parents::one;
    case write::Parents::two:
      return optim::Parents::two;
    case write::Parents::several:
      return optim::Parents::several;
  }
  return optim::Parents::none;
}

const RoleCost* cost_of(const CostBound& bound, const std::string& role) {
  const auto found = std::find_if(bound.roles.begin(), bound.roles.end(),
                                  [&](const RoleCost& cost) { return cost.role == role; });
  return found == bound.roles.end() ? nullptr : &*found;
}

// What one reply takes beside one answer of the search, by the cap that would bind first.
double price_of_reply(const settings::Settings& settings, const CostBound& bound) {
  const RoleCost* const search = cost_of(bound, "search");
  const RoleCost* const write = cost_of(bound, "write");
  if (!search || !write || write->typical.calls == 0 || search->typical.calls == 0) return 1;
  double tokens = 0, usd = 0;
  for (const RoleCost& role : bound.roles) {
    tokens += static_cast<double>(role.typical.tokens());
    usd += role.typical.usd();
  }
  const double of_tokens =
      settings.budget.tokens ? tokens / static_cast<double>(*settings.budget.tokens) : 0;
  const double of_usd = settings.budget.usd ? usd / *settings.budget.usd : 0;
  if (std::max(of_tokens, of_usd) <= 1) return 1;  // calls bind first
  const auto each = [&](const RoleCost& role) {
    const double all =
        of_usd > of_tokens ? role.typical.usd() : static_cast<double>(role.typical.tokens());
    return all / static_cast<double>(role.typical.calls);
  };
  return each(*search) > 0 ? each(*write) / each(*search) : 1;
}

// An answer of the search is one outcome: as many calls as it is repeated and judged.
std::int64_t in_outcomes(double answers, const Plan& plan) {
  const auto calls = static_cast<double>(plan.repeats * (1 + plan.grades + plan.choices));
  return std::max<std::int64_t>(1, std::llround(std::ceil(answers / calls)));
}

}  // namespace

SearchWays ways_of_search(const settings::Settings& settings,
                          const Inputs& inputs,
                          const Plan& plan,
                          const CostBound& bound) {
  SearchWays made;
  if (plan.later_writes() > 0) {
    const std::int64_t reply = in_outcomes(price_of_reply(settings, bound), plan);
    for (const std::string& name : settings.candidates.write->ways) {
      const write::Way& way = write::way_named(name);
      if (way.failures && plan.reflect_outcomes == 0) continue;
      if (way.parents == write::Parents::user && !settings.baseline) continue;
      made.ways.push_back({name, parents_of(way), reply + (way.failures ? kLooks : 0)});
    }
    made.replies = plan.later_writes();
    made.calls =
        saturated_sum(saturated_product(plan.later_writes(), reply), plan.reflect_outcomes);
  }
  if (inputs.exemplars && plan.variations > 0)
    made.ways.push_back({kVaryWay, optim::Parents::one, 0, plan.variations});
  return made;
}

std::vector<optim::Written> written_by(const SearchWays& ways, const write::WrittenBatch& before) {
  std::vector<optim::Written> written;
  std::map<std::string, std::int64_t> place, dropped;
  for (std::size_t i = 0; i < ways.ways.size(); ++i)
    place[ways.ways[i].name] = static_cast<std::int64_t>(i);
  for (const write::Dropped& one : before.dropped) ++dropped[one.way];
  // A way's replies that came to nothing are counted with its first candidate.
  for (const write::Written& one : before.written) {
    const auto way = place.find(one.way);
    if (way == place.end()) return {};
    written.push_back({way->second, one.parents, 1 + dropped[one.way], 1});
    dropped[one.way] = 0;
  }
  return written;
}

}  // namespace zopo::run
