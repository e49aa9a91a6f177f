// A suite of assertions on the first line, as JSON or as a cell of CSV, decides any reply, or is
// refused.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "data/promptfoo/assertions.h"
#include "zopo/base/error.h"

namespace {

using zopo::data::RecordValue;

void decide(const RecordValue& suite, const std::string& reply) {
  const auto assertions = zopo::data::compile_assertions(suite, "d:1");
  if (assertions->passes(reply) != assertions->passes(reply)) __builtin_trap();
  if (zopo::data::expected_texts(suite).empty()) __builtin_trap();
}

// what: calls that throw Failure{data} or nothing.
template <class What>
void refusing_data(const What& what) {
  try {
    what();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() != zopo::ErrorKind::data) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string first(text.substr(0, line)), reply(text.substr(std::min(line + 1, size)));
  refusing_data([&] { decide(zopo::data::parse_record_value(first, {"d"}), reply); });
  refusing_data([&] {
    RecordValue suite = RecordValue::object();
    suite["assert"] = RecordValue::array({zopo::data::assertion_of_cell(first)});
    decide(suite, reply);
  });
  return 0;
}
