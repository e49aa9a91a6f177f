// A recorded landscape of any bytes: scores in [0, 1], one a candidate, and as many outcomes of
// each, or a Failure. What it says of its own candidates is finite.

#include <cstdint>

#include "tests/fuzz/scratch_folder.h"
#include "zopo/base/error.h"
#include "zopo/data/known_scores.h"
#include "zopo/data/landscape.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file =
      zopo::fuzz::write_scratch("landscape.json", {reinterpret_cast<const char*>(data), size});
  try {
    const auto set = zopo::data::load_landscapes({file}, 0);
    const auto models = zopo::data::load_scored_prompts({file});
    for (const auto& task : set.tasks) {
      const zopo::Vector known = zopo::data::known_scores(models, task.candidates);
      if (!known.allFinite() || known.size() > static_cast<zopo::Index>(task.candidates.size()))
        __builtin_trap();
    }
    for (const auto& landscape : set.landscapes) {
      if (landscape.values.size() != set.tasks.at(landscape.task).candidates.size())
        __builtin_trap();
      if (landscape.outcomes.size() != landscape.values.size() * landscape.examples())
        __builtin_trap();
      if (!(landscape.median >= 0 && landscape.best <= 1)) __builtin_trap();
    }
  } catch (const zopo::Failure& failure) {
    // A file of JSON is refused as configuration when it is not JSON at all.
    if (failure.kind() != zopo::ErrorKind::data && failure.kind() != zopo::ErrorKind::config)
      __builtin_trap();
  }
  return 0;
}
