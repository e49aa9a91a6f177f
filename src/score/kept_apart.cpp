// Finds for every reference the strongest normalisation that keeps it apart. Called by
// text_metrics.cpp.

#include "kept_apart.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

namespace zopo::score {
namespace {

// All references of the data, each once, and which are accepted together.
class ReferencePool {
 public:
  explicit ReferencePool(const std::vector<std::vector<std::string>>& references) {
    for (const std::vector<std::string>& accepted : references) {
      for (const std::string& text : accepted) {
        const auto [place, is_new] = ids_.try_emplace(text, texts_.size());
        if (is_new) {
          texts_.push_back(text);
          parents_.push_back(place->second);
        }
        parents_[root(place->second)] = root(ids_.at(accepted.front()));
      }
    }
  }

  const std::vector<std::string>& texts() const { return texts_; }

  // Two of these texts that no example accepts together and that differ in meaning, if any.
  template <class Meaning>
  std::optional<std::pair<std::size_t, std::size_t>> different(
      const std::vector<std::size_t>& members, const Meaning& meaning) {
    const std::size_t first = members.front();
    std::optional<std::size_t> not_together, other_meaning;
    for (const std::size_t id : members) {
      const bool together = root(id) == root(first), same = meaning(id) == meaning(first);
      if (!together && !same) return std::pair{first, id};
      if (!together) not_together = id;
      if (!same) other_meaning = id;
    }
    // The one means what the first does, the other is accepted with it.
    if (not_together && other_meaning) return std::pair{*not_together, *other_meaning};
    return std::nullopt;
  }

 private:
  std::size_t root(std::size_t id) {
    while (parents_[id] != id) id = parents_[id] = parents_[parents_[id]];
    return id;
  }

  std::unordered_map<std::string, std::size_t> ids_;
  std::vector<std::string> texts_;
  std::vector<std::size_t> parents_;
};

using Members = std::vector<std::size_t>;

template <class Key>
std::map<std::string, Members> grouped(const Members& members, const Key& key) {
  std::map<std::string, Members> groups;
  for (const std::size_t id : members) groups[key(id)].push_back(id);
  return groups;
}

}  // namespace

KeptApart::KeptApart(const std::vector<std::vector<std::string>>& references,
                     const Ladder& ladder) {
  ReferencePool pool(references);
  const std::vector<std::string>& texts = pool.texts();
  const auto meaning = [&](std::size_t id) { return ladder.meaning(texts[id]); };
  const auto groups_on = [&](std::size_t rung, const Members& members) {
    return grouped(members, [&](std::size_t id) { return ladder.key(rung, texts[id]); });
  };
  // Is something left of each, and is each apart?
  const auto holds = [&](std::size_t rung, const Members& members) {
    if (std::any_of(members.begin(), members.end(),
                    [&](std::size_t id) { return ladder.is_empty(rung, texts[id]); }))
      return false;
    const auto groups = groups_on(rung, members);
    return std::none_of(groups.begin(), groups.end(),
                        [&](const auto& one) { return pool.different(one.second, meaning); });
  };

  Members all(texts.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (const auto& [key, members] : groups_on(0, all)) {
    const auto pair = pool.different(members, meaning);
    const bool vanishes = ladder.is_empty(0, texts[members.front()]);
    if (!pair && !vanishes) continue;
    if (!alike_) alike_ = Metric::Alike{};
    ++alike_->groups;
    if (!pair) {
      if (alike_->first.empty()) alike_->first = texts[members.front()];
      continue;
    }
    if (alike_->second.empty()) {
      alike_->first = texts[pair->first];
      alike_->second = texts[pair->second];
    }
    std::size_t rung = 1;
    while (rung + 1 < ladder.size && !holds(rung, members)) ++rung;
    for (const std::size_t id : members) rungs_[texts[id]] = rung;
  }
}

std::size_t KeptApart::rung_of(const std::string& reference) const {
  const auto found = rungs_.find(reference);
  return found == rungs_.end() ? 0 : found->second;
}

}  // namespace zopo::score
