#include "optim/gittins.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>

namespace zopo::optim {
namespace {

constexpr std::size_t kMeans = 41, kCounts = 24;
constexpr double kFewest = 0.5, kMost = 400;
constexpr int kBisections = 14;
// A prompt of certain accuracy: its K would be infinite.
constexpr double kLeastVariance = 1e-7;

double count_at(std::size_t k) {
  return kFewest * std::pow(kMost / kFewest, static_cast<double>(k) / (kCounts - 1));
}

// What Beta(a, K - a) and the sure alternative are worth together; taking nothing unseen: the first
// answer is paid.
class LookingOn {
 public:
  LookingOn(const AccuracyBelief& belief, double price)
      : right_(belief.mean * belief.pseudo_count), count_(belief.pseudo_count), price_(price) {}

  double operator()(double alternative) {
    for (int s = 0; s <= kIndexHorizon; ++s)
      worth_[static_cast<std::size_t>(s)] = std::max(alternative, mean(kIndexHorizon, s));
    for (int n = kIndexHorizon - 1; n >= 1; --n) {
      for (int s = 0; s <= n; ++s)
        worth_[static_cast<std::size_t>(s)] =
            std::max({alternative, mean(n, s), after_answer(n, s)});
    }
    return after_answer(0, 0);
  }

 private:
  // After n answers, s of them right.
  double mean(int n, int s) const { return (right_ + s) / (count_ + n); }
  double after_answer(int n, int s) const {
    const double p = mean(n, s);
    const auto at = static_cast<std::size_t>(s);
    return p * worth_[at + 1] + (1 - p) * worth_[at] - price_;
  }

  double right_, count_, price_;
  std::array<double, kIndexHorizon + 1> worth_{};
};

// The g in [low, high] where `is_worth` turns false.
template <class IsWorth>
double turning_point(double low, double high, IsWorth is_worth) {
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (is_worth(middle) ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

AccuracyBelief accuracy_belief(double mean, double sd) {
  const double p = std::clamp(mean, 0.0, 1.0), coin = p * (1 - p);
  const double count = coin / std::max(sd * sd, kLeastVariance) - 1;
  return {p, std::clamp(count, kFewest, kMost)};
}

double gittins_index(const AccuracyBelief& belief, double price) {
  if (!(belief.mean > 0 && belief.mean < 1)) return belief.mean;
  LookingOn worth(belief, price);
  if (!(worth(belief.mean) > belief.mean)) return belief.mean;
  return turning_point(belief.mean, 1, [&](double g) { return worth(g) > g; });
}

double boxed_index(const AccuracyBelief& belief, double price, double opening) {
  if (!(belief.mean > 0 && belief.mean < 1)) return belief.mean - opening;
  LookingOn worth(belief, price);
  const auto is_worth = [&](double g) { return std::max(worth(g), belief.mean) - opening > g; };
  return turning_point(belief.mean - opening - 1e-4, 1, is_worth);
}

IndexTable::IndexTable(double price) {
  for (std::size_t k = 0; k < kCounts; ++k) {
    for (std::size_t m = 0; m < kMeans; ++m) {
      const double mean = static_cast<double>(m) / (kMeans - 1);
      bonuses_.push_back(gittins_index({mean, count_at(k)}, price) - mean);
    }
  }
}

double IndexTable::bonus(std::size_t k, std::size_t mean) const {
  return bonuses_[k * kMeans + mean];
}

double IndexTable::operator()(const AccuracyBelief& belief) const {
  const double x = std::clamp(belief.mean, 0.0, 1.0) * (kMeans - 1);
  const double y =
      std::clamp(std::log(belief.pseudo_count / kFewest) / std::log(kMost / kFewest), 0.0, 1.0) *
      (kCounts - 1);
  const auto m = std::min(static_cast<std::size_t>(x), kMeans - 2);
  const auto k = std::min(static_cast<std::size_t>(y), kCounts - 2);
  const double dx = x - static_cast<double>(m), dy = y - static_cast<double>(k);
  const double low = (1 - dx) * bonus(k, m) + dx * bonus(k, m + 1);
  const double high = (1 - dx) * bonus(k + 1, m) + dx * bonus(k + 1, m + 1);
  return belief.mean + (1 - dy) * low + dy * high;
}

std::shared_ptr<const IndexTable> index_table(double price) {
  static std::mutex mutex;
  static std::map<double, std::shared_ptr<const IndexTable>> tables;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const IndexTable>& table = tables[price];
  if (!table) table = std::make_shared<const IndexTable>(price);
  return table;
}

}  // namespace zopo::optim
