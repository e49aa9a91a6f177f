#pragma once
// What the wire formats of embeddings are made of and give.

#include <cstdint>
#include <optional>
#include <string>

#include "zopo/base/linalg.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

struct EmbeddingSettings {
  std::string model;
  std::optional<std::int64_t> dimensions = {};  // asks for shorter vectors, where supported
};

struct EmbeddingReply {
  RowMatrixF vectors;  // [n x d], in the order of the texts
  Usage usage;
  std::string model = {};  // as the endpoint names it; "" where it does not
};

}  // namespace zopo::llm
