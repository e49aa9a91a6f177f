#pragma once
// Embeddings in two dimensions, to be looked at.

#include "zopo/data/embeddings.h"

namespace zopo::features {

// z [m x d] -> [m x 2]: the two leading principal components of the centred rows, by subspace
// iteration from a fixed start (Halko, Martinsson and Tropp, SIAM Review 2011, Alg. 4.4). The sign
// of each is such that its largest entry is positive.
RowMatrix project_to_plane(const data::Embeddings& z);

}  // namespace zopo::features
