// Shares examples out, at random by seed. Called by run for "data".

#include "zopo/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr std::array<const char*, 3> kSides = {"train", "dev", "test"};
constexpr double kRounding = 1e-9;  // of sums of fractions like 0.1 + 0.2 + 0.7

// Indices of examples with one input.
using Group = std::vector<std::size_t>;

[[noreturn]] void fail(const Dataset& all, const std::string& message) {
  throw Failure(ErrorKind::data, all.name + ": cannot split: " + message);
}

// How many examples each side gets. Fractions are rounded by their running sums, so that those
// that add up to 1 share out everything.
std::array<std::size_t, 3> counts_of(const Dataset& all, const SplitSizes& sizes) {
  const std::array<double, 3> wanted = {sizes.train, sizes.dev, sizes.test};
  const auto n = static_cast<double>(all.examples.size());
  std::array<std::size_t, 3> counts = {};
  double fractions = 0, total = 0;
  for (std::size_t side = 0; side < wanted.size(); ++side) {
    const double size = wanted[side];
    if (!std::isfinite(size) || size < 0 || (size >= 1 && size != std::floor(size))) {
      fail(all, fmt::format("the size {} of {} is neither a count nor a fraction below 1.", size,
                            kSides[side]));
    }
    double count = size;
    if (size < 1) {
      count = std::round((fractions + size) * n) - std::round(fractions * n);
      fractions += size;
    }
    if (size > 0 && count < 1) {
      fail(all, fmt::format("{} of {} examples is less than one for {}.", size, n, kSides[side]));
    }
    total += count;
    counts[side] = static_cast<std::size_t>(std::min(count, n + 1));
  }
  if (fractions > 1 + kRounding || total > n) {
    fail(all, fmt::format("train, dev and test want {} examples together, the file has {}. Make "
                          "them smaller.",
                          total, n));
  }
  return counts;
}

std::vector<Group> groups_of(const Dataset& all, const std::set<std::string>& shown) {
  std::map<std::string, std::size_t> by_input;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < all.examples.size(); ++i) {
    const auto [place, is_new] =
        by_input.try_emplace(identity_of(all.examples[i], shown), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(i);
  }
  return groups;
}

// Spreads every label evenly over the whole order, so that any stretch of it holds the labels in
// their shares: the k-th of a label's n groups goes to (k + 1/2) / n.
std::vector<Group> interleaved(const Dataset& all, const std::vector<Group>& groups) {
  std::map<std::string, std::vector<const Group*>> by_label;
  for (const Group& group : groups) {
    by_label[all.examples[group[0]].references.at(0)].push_back(&group);
  }
  std::vector<std::pair<double, const Group*>> places;
  for (const auto& [label, members] : by_label) {
    for (std::size_t k = 0; k < members.size(); ++k) {
      places.emplace_back((static_cast<double>(k) + 0.5) / static_cast<double>(members.size()),
                          members[k]);
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Group> order;
  order.reserve(places.size());
  for (const auto& [place, group] : places) order.push_back(*group);
  return order;
}

bool is_count(double size) { return size >= 1; }

// Each group goes to the first side that has room for all of it.
Splits fill(const Dataset& all,
            const std::vector<Group>& order,
            const std::array<std::size_t, 3>& counts) {
  const Dataset empty{all.name, {}, all.layout, all.notes, all.has_objects};
  Splits splits{empty, empty, empty};
  const std::array<Dataset*, 3> sides = {&splits.train, &splits.dev, &splits.test};
  for (const Group& group : order) {
    for (std::size_t side = 0; side < sides.size(); ++side) {
      if (sides[side]->examples.size() + group.size() > counts[side]) continue;
      for (const std::size_t i : group) sides[side]->examples.push_back(all.examples[i]);
      break;
    }
  }
  return splits;
}

void check_filled(const Dataset& all,
                  const Splits& splits,
                  const SplitSizes& sizes,
                  const std::array<std::size_t, 3>& counts) {
  const std::array<std::size_t, 3> filled = {
      splits.train.examples.size(), splits.dev.examples.size(), splits.test.examples.size()};
  const std::array<double, 3> wanted = {sizes.train, sizes.dev, sizes.test};
  for (std::size_t side = 0; side < filled.size(); ++side) {
    const bool enough = is_count(wanted[side]) ? filled[side] == counts[side]
                                               : filled[side] > 0 || counts[side] == 0;
    if (!enough) {
      fail(all, fmt::format("{} should get {} examples but only {} fit, because examples of equal "
                            "input stay on one side. Change its size, or remove repeated inputs.",
                            kSides[side], counts[side], filled[side]));
    }
  }
}

}  // namespace

std::string identity_of(const Example& example, const std::set<std::string>& shown) {
  std::string identity;
  if (shown.contains("input")) identity = fmt::format("{} {}", example.input.size(), example.input);
  for (const std::string& name : shown) {
    const auto field = example.fields.find(name);
    // Lengths keep "a" + "bc" and "ab" + "c" apart.
    if (field != example.fields.end())
      identity += fmt::format("\n{} {} {}", name, field->second.size(), field->second);
  }
  return identity;
}

Splits split_dataset(const Dataset& all,
                     const SplitSizes& sizes,
                     const std::set<std::string>& shown) {
  const std::array<std::size_t, 3> counts = counts_of(all, sizes);
  std::vector<Group> order = groups_of(all, shown);
  Rng(sizes.seed, "split").shuffle(order);
  if (sizes.stratify) order = interleaved(all, order);
  Splits splits = fill(all, order, counts);
  check_filled(all, splits, sizes, counts);
  return splits;
}

std::vector<Overlap> find_overlaps(const Splits& splits, const std::set<std::string>& shown) {
  const std::array<const Dataset*, 3> sides = {&splits.train, &splits.dev, &splits.test};
  struct Seen {
    std::string input;
    std::array<bool, 3> on = {};
  };
  std::map<std::string, Seen> seen;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    for (const Example& example : sides[side]->examples) {
      Seen& one = seen[identity_of(example, shown)];
      one.input = example.input;
      one.on.at(side) = true;
    }
  }
  std::vector<Overlap> overlaps;
  for (const auto& [identity, one] : seen) {
    std::vector<std::string> names;
    for (std::size_t side = 0; side < sides.size(); ++side) {
      if (one.on.at(side)) names.emplace_back(kSides.at(side));
    }
    if (names.size() > 1) overlaps.push_back({one.input, join(names, " and ")});
  }
  return overlaps;
}

}  // namespace zopo::data
