#include "tests/fuzz/dataset_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    zopo::data::json_splits({reinterpret_cast<const char*>(data), size}, "d");
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::data) __builtin_trap();
  }
  return zopo::data::fuzz_dataset(zopo::data::json_records, data, size);
}
