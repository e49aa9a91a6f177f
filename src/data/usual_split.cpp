// How many examples train, dev and test get where nobody says it. Called by run and by zopo init.

#include "zopo/data/usual_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/data/output_form.h"

namespace zopo::data {
namespace {

constexpr std::size_t kFewestToSplit = 4;  // one for each side and one more

}  // namespace

Shares usual_shares(std::size_t examples) {
  constexpr std::size_t kLeastDev = 40, kLeastTest = 10, kMostTrain = 50, kMostScored = 100;
  Shares shares;
  shares.train = std::clamp<std::size_t>(examples / 7, 1, kMostTrain);
  const std::size_t rest = examples - shares.train;
  shares.dev = std::min((rest + 1) / 2, kMostScored);
  if (shares.dev < kLeastDev) {
    const std::size_t test = std::max(rest / 5, std::min(rest / 3, kLeastTest));
    shares.dev = std::min(kLeastDev, rest - test);
  }
  shares.test = std::min(rest - shares.dev, kMostScored);
  return shares;
}

SplitSizes usual_split(const Dataset& all) {
  const std::size_t n = all.examples.size();
  if (n < kFewestToSplit)
    throw Failure(ErrorKind::data,
                  fmt::format("{}: {} example(s); a task takes {} at least, and 100 are better.",
                              all.name, n, kFewestToSplit));
  const Shares shares = usual_shares(n);
  const auto part = [&](std::size_t count) {
    return static_cast<double>(count) / static_cast<double>(n);
  };
  return {part(shares.train), part(shares.dev), part(shares.test), 0,
          output_form(all).kind == OutputForm::Kind::labels};
}

bool draw_examples(Dataset& side, std::size_t most) {
  if (side.examples.size() <= most) return false;
  std::vector<std::int64_t> chosen =
      Rng(0, "sample")
          .sample(static_cast<std::int64_t>(side.examples.size()), static_cast<std::int64_t>(most));
  std::sort(chosen.begin(), chosen.end());
  std::vector<Example> kept;
  for (const std::int64_t i : chosen)
    kept.push_back(std::move(side.examples[static_cast<std::size_t>(i)]));
  side.examples = std::move(kept);
  return true;
}

}  // namespace zopo::data
