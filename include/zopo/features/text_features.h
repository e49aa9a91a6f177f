#pragma once
// Built-in text features: hashed n-grams of words, characters and layout, TF-IDF, truncated SVD;
// deterministic, no model, no network. The default embedding when a task file names no other.

#include <span>
#include <string>

#include "zopo/data/embeddings.h"

namespace zopo::features {

struct TextFeatureOptions {
  Index dim = 128;      // at most m - 1 (at least 1)
  int word_ngrams = 2;  // 1 .. word_ngrams words
  int char_min = 3;     // character n-grams inside words padded with one blank
  int char_max = 5;
  // Two more views: n-grams of the layout (line ends, punctuation, where the variables stand, words
  // as one symbol) and of the last 30 characters, where the prompt hands over to the model. Models
  // answer to both; on recorded accuracies they explain a fifth more than the words alone.
  bool layout = true;
};

// texts [m] -> unit-norm rows [m x min(dim, m - 1)]. Bytes of the result depend on the texts and
// options only.
data::Embeddings text_features(std::span<const std::string> texts,
                               const TextFeatureOptions& options = {});

}  // namespace zopo::features
