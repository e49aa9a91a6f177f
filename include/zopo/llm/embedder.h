#pragma once
// Texts -> vectors over an API.

#include <span>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/base/linalg.h"

namespace zopo::llm {

// The endpoint answers, but embeds nothing: it has no such route, or no such model.
class NoEmbeddings : public Failure {
 public:
  using Failure::Failure;
};

struct Embedded {
  RowMatrixF rows;
  std::vector<std::string> models;  // as the endpoint named them, each once, sorted
};

// Thread-safe.
class Embedder {
 public:
  virtual ~Embedder() = default;
  // texts [n] -> rows [n x d], in order. Batched, cached by text and model. Throws Failure{api,
  // auth, network, offline}; NoEmbeddings when it never gave or stored a vector.
  virtual Embedded embed(std::span<const std::string> texts) = 0;
};

}  // namespace zopo::llm
