#pragma once
// Which normalisation compares which reference, where the strongest makes different ones the same.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "zopo/score/metric.h"

namespace zopo::score {

// From the strongest normalisation, 0, to the weakest.
struct Ladder {
  std::size_t size = 1;
  // What is compared: equal keys are equal answers.
  std::function<std::string(std::size_t rung, const std::string& reference)> key;
  // Is nothing left of it?
  std::function<bool(std::size_t rung, const std::string& reference)> is_empty;
  // References that differ in this are to be kept apart.
  std::function<std::string(const std::string& reference)> meaning;
};

class KeptApart {
 public:
  KeptApart() = default;
  // references: of each example. Those that one example accepts together are the same everywhere.
  KeptApart(const std::vector<std::vector<std::string>>& references, const Ladder& ladder);

  // The strongest that keeps it from the others; 0 where it has not been seen.
  std::size_t rung_of(const std::string& reference) const;
  // References that are the same on rung 0, or nothing, if any.
  const std::optional<Metric::Alike>& alike() const { return alike_; }

 private:
  std::unordered_map<std::string, std::size_t> rungs_;
  std::optional<Metric::Alike> alike_;
};

}  // namespace zopo::score
