// JSON and streams of events as servers write them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "llm/event_stream.h"
#include "llm/lenient_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using nlohmann::json;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const json read = zopo::llm::lenient_json(text);
  const json strict = json::parse(text, nullptr, false);
  if (!read.is_discarded()) {
    if (!strict.is_discarded() && strict != read) std::abort();
    // What was read is strict from now on: valid UTF-8, no number that is none.
    if (json::parse(read.dump(), nullptr, false).is_discarded()) std::abort();
  }
  const json whole = zopo::llm::reply_json(text);
  if (!whole.is_discarded()) (void)whole.dump();
  return 0;
}
