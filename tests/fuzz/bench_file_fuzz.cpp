// A bench's description of any bytes: a plan, or a Failure.

#include <cstdint>

#include "bench/plan.h"
#include "tests/fuzz/scratch_folder.h"
#include "zopo/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto landscape = zopo::fuzz::write_scratch(
      "l.json", R"({"task": "t", "candidates": ["a"], "scores": {"m": [0.5]}})");
  const auto file =
      zopo::fuzz::write_scratch("bench.json", {reinterpret_cast<const char*>(data), size});
  try {
    const auto plan = zopo::bench::load_bench_plan(file, {});
    if (plan.landscapes.empty() && plan.tasks.empty()) __builtin_trap();
    if (plan.methods.empty()) __builtin_trap();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::config) __builtin_trap();
  }
  return 0;
}
