// A file of prices of any bytes: prices, or a Failure.

#include <cstdint>
#include <nlohmann/json.hpp>

#include "settings/price_file.h"
#include "tests/fuzz/scratch_folder.h"
#include "zopo/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const nlohmann::json schema = {
      {"type", "object"},
      {"required", {"prompt_usd_per_million"}},
      {"properties", {{"prompt_usd_per_million", {{"type", "number"}, {"minimum", 0}}}}}};
  const auto file =
      zopo::fuzz::write_scratch("prices.json", {reinterpret_cast<const char*>(data), size});
  try {
    const nlohmann::json price = zopo::settings::PriceFile(file, schema).at("m");
    if (!(price.at("prompt_usd_per_million").get<double>() >= 0)) __builtin_trap();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::config) __builtin_trap();
  }
  return 0;
}
