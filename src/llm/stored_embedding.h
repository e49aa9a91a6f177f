#pragma once
// An embedding as it lies in a response store: {"e":"<base64 of little-endian floats>","m":"e-2",
// "u":7}, m being the model as the endpoint named it (missing in older records), and u its share of
// the request's prompt tokens.

#include <cstdint>
#include <string>
#include <vector>

#include "zopo/base/result.h"

namespace zopo::llm {

struct StoredEmbedding {
  std::vector<float> values;
  std::int64_t prompt_tokens = 0;
  std::string model = {};
};

std::string to_payload(const StoredEmbedding& embedding);
// Error{data} when payload is no such JSON.
Result<StoredEmbedding> embedding_from_payload(const std::string& payload);

}  // namespace zopo::llm
