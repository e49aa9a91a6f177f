#pragma once
// What a bench's description comes to: subjects x methods x seeds, one cell each, with an id that
// depends on nothing but what the cell is.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/plan.h"

namespace zopo::bench {

// What methods are compared on: a recorded landscape, or a task with one model and one choice of
// settings.
struct Subject {
  bool live = false;
  std::string name;     // "navigate/model" of a landscape, the task's name
  std::string model;    // of "models"; empty without
  std::string variant;  // of "variants", of a landscape; empty without
  nlohmann::json set = nlohmann::json::object();  // path -> value
  std::string hash;       // of all that its runs depend on beside method and seed
  std::size_t place = 0;  // in the landscapes or the live subjects that were loaded; not kept

  std::string label()
      const;  // "navigate · small · evaluation.examples=10", "navigate/model · dev 20"
};

struct Cell {
  std::size_t subject = 0, method = 0;
  std::uint64_t seed = 0;
  std::string id;  // "landscape-0123456789abcdef", "live-.."
};

struct BenchMatrix {
  std::vector<Subject> subjects;
  std::vector<BenchMethod> methods;
  std::uint64_t first_seed = 0, seeds = 0;

  // By subject, then seed, then method. Throws Failure{config}: two cells that are the same.
  std::vector<Cell> cells() const;
  // The cell as people name it.
  nlohmann::json describe(const Cell& cell) const;
  std::string label(const Cell& cell) const;  // "zopo, seed 3, on navigate/model"
  // Names, in the order of the description; none where it has no variants.
  std::vector<std::string> variants() const;
  // Of the whole matrix.
  std::string hash() const;
};

nlohmann::json to_json(const BenchMatrix& matrix);
// Throws json::exception for what is none.
BenchMatrix matrix_of(const nlohmann::json& text);

// A shard's cells: i of n, from 1. Cells are dealt out by id, so that shards are of about equal
// length.
std::vector<Cell> cells_of_shard(std::vector<Cell> cells, std::int64_t i, std::int64_t n);

}  // namespace zopo::bench
