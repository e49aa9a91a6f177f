// Arrays of numbers, taken out of a text of any bytes: with them back in their places, the rest is
// the document of the whole text.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "llm/number_arrays.h"
#include "zopo/base/json.h"

namespace {

using nlohmann::json;
using zopo::llm::NumberArrays;

bool is_same(float a, const json& b) {
  if (!b.is_number()) return false;
  const auto other = b.get<float>();
  return std::memcmp(&a, &other, sizeof a) == 0;
}

void compare_numbers(const std::vector<float>& numbers, const json& whole) {
  if (!whole.is_array() || whole.size() != numbers.size()) std::abort();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_same(numbers[i], whole[i])) std::abort();
  }
}

void compare(const json& rest, const json& whole, const NumberArrays& taken) {
  if (rest.is_array() && !rest.empty() && rest.front().is_number())
    return compare_numbers(taken.arrays.at(rest.front().get<std::size_t>()), whole);
  if (!rest.is_structured()) return rest == whole ? void() : std::abort();
  if (rest.type() != whole.type() || rest.size() != whole.size()) std::abort();
  for (auto a = rest.begin(), b = whole.begin(); a != rest.end(); ++a, ++b) {
    if (rest.is_object() && a.key() != b.key()) std::abort();
    compare(*a, *b, taken);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<NumberArrays> taken = zopo::llm::take_number_arrays_out(text);
  if (!taken) return 0;
  const json rest = zopo::parse_json_of_others(taken->rest);
  const json whole = zopo::parse_json_of_others(text);
  if (rest.is_discarded() != whole.is_discarded()) std::abort();
  if (!rest.is_discarded()) compare(rest, whole, *taken);
  return 0;
}
