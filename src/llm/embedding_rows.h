#pragma once
// Vectors in the JSON of an embeddings reply, checked.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/base/result.h"
#include "zopo/llm/embedding_reply.h"

namespace zopo::llm {

// What was taken out of a document (number_arrays.h), which has [k] for the k-th; null for nothing.
using TakenOut = const std::vector<std::vector<float>>*;

// The reply that read(document, taken) makes of body. What is wrong with a body is told of its
// whole document, so read may be called twice.
Result<EmbeddingReply> read_embeddings(
    const std::string& body,
    const std::function<Result<EmbeddingReply>(const nlohmann::json&, TakenOut)>& read);

// Numbers in an array, or base64 of little-endian floats. Error{api} when it is neither, is empty,
// or has a value that is not finite.
Result<std::vector<float>> read_vector(const nlohmann::json& json, TakenOut taken);

// The vectors, in the order of the texts, as rows [n x d]. Error{api} unless all have one
// dimension.
Result<RowMatrixF> rows_of(const std::vector<const nlohmann::json*>& vectors, TakenOut taken);

// The vectors of an array with one item a text, in order; key: the member of an item that holds its
// vector, or null when the item is the vector. Error{network} when it is no array, {api} when there
// are not n.
Result<RowMatrixF> rows_in_order(const nlohmann::json& items,
                                 Index n,
                                 const char* key,
                                 TakenOut taken);

Error unusable_embeddings(const std::string& what);

}  // namespace zopo::llm
