#include "run/map.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "zopo/features/plane.h"

namespace zopo::run {
namespace {

constexpr Index kMost = 20000;

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

}  // namespace

void write_map(const store::RunDir& directory, const data::Embeddings& embeddings) {
  if (embeddings.rows() > kMost) return;
  const RowMatrix plane = features::project_to_plane(embeddings);
  nlohmann::json map = {{"x", nlohmann::json::array()}, {"y", nlohmann::json::array()}};
  for (Index i = 0; i < plane.rows(); ++i) {
    map["x"].push_back(rounded(plane(i, 0)));
    map["y"].push_back(rounded(plane(i, 1)));
  }
  directory.write("map.json", map.dump() + "\n");
}

}  // namespace zopo::run
