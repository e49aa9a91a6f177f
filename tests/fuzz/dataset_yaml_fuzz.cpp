// A .yaml data file of any bytes: examples with a reference each, or a Failure.

#include <cstdint>

#include "data/dataset_layout.h"
#include "data/promptfoo.h"
#include "zopo/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto dataset =
        zopo::data::dataset_of(zopo::data::yaml_records(text, "d.yaml"), "d.yaml", {});
    for (const auto& example : dataset.examples) {
      if (example.references.empty()) __builtin_trap();
    }
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::data) __builtin_trap();
  }
  return 0;
}
