// Answers, example by example, as a landscape recorded or implies them. Called by bench.

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <numbers>

#include "zopo/base/error.h"
#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/data/landscape.h"

namespace zopo::data {
namespace {

// A counter-based generator: the finaliser of splitmix64 (Steele, Lea & Flood, OOPSLA 2014) over
// each word in turn. Any draw can be had without those before it.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// What a draw is for: streams of one landscape and seed that must not meet.
enum class Purpose : std::uint64_t { outcome = 1, difficulty = 2, run = 3 };

std::uint64_t counter_bits(std::uint64_t seed,
                           std::uint64_t landscape,
                           Purpose purpose,
                           std::uint64_t a,
                           std::uint64_t b) {
  std::uint64_t state = mixed(seed);
  for (const std::uint64_t word : {landscape, static_cast<std::uint64_t>(purpose), a, b}) {
    state = mixed(state ^ word);
  }
  return state;
}

double uniform(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

std::uint64_t name_hash(const std::string& name) {
  const Sha256 digest = sha256(name);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return value;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// E logistic(ability + sd * normal), by the trapezoid rule on +-6 standard deviations.
double mean_accuracy(double ability, double sd) {
  constexpr int kSteps = 60;
  double sum = 0, weights = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double z = -6 + 12.0 * i / kSteps;
    const double weight = std::exp(-z * z / 2);
    sum += weight * logistic(ability + sd * z);
    weights += weight;
  }
  return sum / weights;
}

// The ability whose mean accuracy is p, by bisection; certain for p = 0 and 1.
double ability_of(double p, double sd) {
  if (p <= 0) return -HUGE_VAL;
  if (p >= 1) return HUGE_VAL;
  double low = -10 - 6 * sd, high = 10 + 6 * sd;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (mean_accuracy(middle, sd) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

RecordedOutcomes::RecordedOutcomes(const Landscape& landscape, double difficulty)
    : name_(landscape.name),
      landscape_(name_hash(landscape.name)),
      difficulty_(difficulty),
      values_(landscape.values),
      recorded_(landscape.outcomes),
      examples_(landscape.examples()) {
  if (difficulty <= 0 || !recorded_.empty()) return;
  for (const double p : values_) abilities_.push_back(ability_of(p, difficulty));
}

std::vector<std::int64_t> RecordedOutcomes::dev_examples(std::uint64_t seed,
                                                         std::int64_t dev) const {
  if (recorded_.empty()) return {};
  if (dev > examples_) {
    throw Failure(
        ErrorKind::config,
        fmt::format("\"dev\": {} examples, but {} records the outcomes of {}; set \"dev\" "
                    "to at most so many",
                    dev, name_, examples_));
  }
  return Rng(seed, "dev examples of " + name_).sample(examples_, dev);
}

double RecordedOutcomes::recorded(std::int64_t candidate, std::int64_t example) const {
  assert(example < examples_);
  return recorded_[static_cast<std::size_t>(candidate * examples_ + example)];
}

double RecordedOutcomes::probability(std::uint64_t seed,
                                     std::int64_t candidate,
                                     std::int64_t example) const {
  const auto i = static_cast<std::size_t>(candidate);
  assert(i < values_.size());
  if (abilities_.empty()) return values_[i];
  const auto bits = [&](std::uint64_t part) {
    return counter_bits(seed, landscape_, Purpose::difficulty, static_cast<std::uint64_t>(example),
                        part);
  };
  const double radius = std::sqrt(-2 * std::log1p(-uniform(bits(0))));
  const double normal = radius * std::cos(2 * std::numbers::pi * uniform(bits(1)));
  return logistic(abilities_[i] + difficulty_ * normal);
}

double RecordedOutcomes::outcome(std::uint64_t seed,
                                 std::int64_t candidate,
                                 std::int64_t example) const {
  const std::uint64_t bits =
      counter_bits(seed, landscape_, Purpose::outcome, static_cast<std::uint64_t>(candidate),
                   static_cast<std::uint64_t>(example));
  return uniform(bits) < probability(seed, candidate, example) ? 1.0 : 0.0;
}

std::uint64_t RecordedOutcomes::run_seed(std::uint64_t seed) const {
  return counter_bits(seed, landscape_, Purpose::run, 0, 0);
}

}  // namespace zopo::data
