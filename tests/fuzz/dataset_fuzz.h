#pragma once
// A data file of any bytes: examples with a reference each, or a Failure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset_layout.h"
#include "zopo/base/error.h"

namespace zopo::data {

using ReadRecords = std::vector<Record> (*)(std::string_view text, const std::string& name);

inline int fuzz_dataset(ReadRecords read, const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Dataset dataset = dataset_of(read(text, "d"), "d", {});
    for (const Example& example : dataset.examples) {
      if (example.references.empty()) __builtin_trap();
    }
  } catch (const Failure& failure) {
    if (failure.kind() != ErrorKind::data) __builtin_trap();
  }
  return 0;
}

}  // namespace zopo::data
