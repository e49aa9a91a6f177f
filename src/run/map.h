#pragma once
// map.json of a run: the candidates in two dimensions, for the report.

#include "zopo/data/embeddings.h"
#include "zopo/store/run_dir.h"

namespace zopo::run {

// {"x": [..], "y": [..]}, one entry a candidate. Of very many nothing could be seen: then no file.
void write_map(const store::RunDir& directory, const data::Embeddings& embeddings);

}  // namespace zopo::run
