#include "data/promptfoo/test_cases.h"
#include "tests/fuzz/dataset_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return zopo::data::fuzz_dataset(zopo::data::yaml_records, data, size);
}
