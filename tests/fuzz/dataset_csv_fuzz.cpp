#include "tests/fuzz/dataset_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return zopo::data::fuzz_dataset(zopo::data::csv_records, data, size);
}
