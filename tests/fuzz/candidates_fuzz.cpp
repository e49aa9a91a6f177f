// Candidates as every kind of file, of any bytes: prompts, none of them empty, or a Failure.

#include <cstdint>

#include "data/candidates_text.h"
#include "zopo/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* extension : {".txt", ".jsonl", ".json", ".csv", ".yaml", ".md"}) {
    try {
      for (const std::string& prompt : zopo::data::parse_candidates(text, "c", extension).prompts) {
        if (prompt.empty()) __builtin_trap();
      }
    } catch (const zopo::Failure& failure) {
      if (failure.kind() != zopo::ErrorKind::data) __builtin_trap();
    }
  }
  return 0;
}
