#pragma once
// Vectors in the JSON of an embeddings reply, checked.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/base/result.h"

namespace zopo::llm {

// Numbers in an array, or base64 of little-endian floats. Error{api} when it is neither, is empty,
// or has a value that is not finite.
Result<std::vector<float>> read_vector(const nlohmann::json& json);

// The vectors, in the order of the texts, as rows [n x d]. Error{api} unless all have one
// dimension.
Result<RowMatrixF> rows_of(const std::vector<const nlohmann::json*>& vectors);

// The vectors of an array with one item a text, in order; key: the member of an item that holds its
// vector, or null when the item is the vector. Error{network} when it is no array, {api} when there
// are not n.
Result<RowMatrixF> rows_in_order(const nlohmann::json& items, Index n, const char* key);

Error unusable_embeddings(const std::string& what);

}  // namespace zopo::llm
