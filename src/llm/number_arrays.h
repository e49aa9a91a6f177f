#pragma once
// Arrays of numbers, read apart from the JSON around them: vectors are most of an embeddings reply,
// and a document would hold a value of its own for each of their numbers.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::llm {

struct NumberArrays {
  // The text, with [k] in the place of the k-th of arrays. It is JSON if and only if the text is.
  std::string rest;
  std::vector<std::vector<float>> arrays;
};

// Takes out every array that begins with a number: the same floats as a document gives. Nothing
// where one of them holds anything else, or a number that is not JSON, is no finite float, or is
// whole and of more than 15 digits. text need not be JSON.
std::optional<NumberArrays> take_number_arrays_out(std::string_view text);

}  // namespace zopo::llm
