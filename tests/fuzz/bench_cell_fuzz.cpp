// What a bench's directory holds, of any bytes: the record of a cell and a matrix, or nothing. A
// record that is read is written and read the same.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/cells.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = nlohmann::json::parse(data, data + size, nullptr, false);
  if (const auto record = zopo::bench::record_of(text)) {
    const auto written = zopo::bench::to_json(*record);
    const auto again = zopo::bench::record_of(written);
    if (!again || zopo::bench::to_json(*again) != written) __builtin_trap();
  }
  try {
    const zopo::bench::BenchMatrix matrix = zopo::bench::matrix_of(text);
    if (zopo::bench::matrix_of(zopo::bench::to_json(matrix)).hash() != matrix.hash())
      __builtin_trap();
  } catch (const nlohmann::json::exception&) {
    // The folder says that it is no matrix.
  }
  return 0;
}
