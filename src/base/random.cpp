// Streams of random numbers by name. Called wherever something is drawn; the bytes of a run hang on
// this file.

#include "zopo/base/random.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <string>
#include <unordered_map>

#include "zopo/base/hash.h"

namespace zopo {
namespace {

std::uint64_t stream_seed(std::uint64_t seed, std::string_view stream) {
  const Sha256 digest = sha256(std::to_string(seed) + "/" + std::string(stream));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return value;
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::string_view stream) : engine_(stream_seed(seed, stream)) {}

double Rng::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

// Box & Muller 1958: two uniforms give two normals, of which the second is kept for the next call.
double Rng::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t Rng::below(std::uint64_t n) {
  assert(n > 0);
  // What lies above the last whole multiple of n is drawn again: small remainders would come more
  // often.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n;
  std::uint64_t value = bits();
  while (value >= limit) value = bits();
  return value % n;
}

// Fisher-Yates over 0 .. n - 1, of which only the entries that have moved are kept.
std::vector<std::int64_t> Rng::sample(std::int64_t n, std::int64_t k) {
  assert(0 <= k && k <= n);
  std::unordered_map<std::int64_t, std::int64_t> moved;
  const auto item = [&](std::int64_t at) {
    const auto found = moved.find(at);
    return found == moved.end() ? at : found->second;
  };
  std::vector<std::int64_t> items;
  for (std::int64_t i = 0; i < k; ++i) {
    const std::int64_t j = i + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(n - i)));
    items.push_back(item(j));
    moved[j] = item(i);
  }
  return items;
}

}  // namespace zopo
