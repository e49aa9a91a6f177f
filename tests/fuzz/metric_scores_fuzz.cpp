// Output of a metric's command of any bytes: one result a case, each score in [0, 1].

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "score/command_scores.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cases = data[0] % 8;
  const std::string_view output(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto verdicts = zopo::score::parse_scores(output, cases);
  if (verdicts.size() != cases) std::abort();
  for (const auto& verdict : verdicts) {
    if (verdict.score.ok() && !(*verdict.score >= 0 && *verdict.score <= 1)) std::abort();
  }
  return 0;
}
