#include "bench/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "zopo/base/error.h"
#include "zopo/base/hash.h"

namespace zopo::bench {
namespace {

using nlohmann::json;

constexpr int kMatrixFormat = 1;

// Texts may be any bytes by now.
std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

const char* kind_of(const Subject& subject) { return subject.live ? "live" : "landscape"; }

json to_json(const BenchMethod& method) {
  return {{"name", method.name}, {"method", method.method}, {"options", method.options}};
}

json to_json(const Subject& subject) {
  json text = {{"kind", kind_of(subject)},
               {"name", subject.name},
               {"model", subject.model},
               {"set", subject.set},
               {"hash", subject.hash}};
  if (!subject.variant.empty()) text["variant"] = subject.variant;
  return text;
}

}  // namespace

std::string Subject::label() const {
  std::string label = name;
  if (!model.empty()) label += " · " + model;
  if (!variant.empty()) label += " · " + variant;
  for (const auto& [path, value] : set.items())
    label += " · " + path + "=" + (value.is_string() ? value.get<std::string>() : dumped(value));
  return label;
}

std::vector<Cell> BenchMatrix::cells() const {
  constexpr double kMost = 1e8;
  const double count = static_cast<double>(subjects.size()) * static_cast<double>(seeds) *
                       static_cast<double>(methods.size());
  if (count > kMost)
    throw Failure(ErrorKind::config, fmt::format("a bench of {:g} cells is too large", count));
  std::vector<std::string> described;
  for (const BenchMethod& method : methods) described.push_back(dumped(to_json(method)));
  std::vector<Cell> cells;
  std::unordered_set<std::string> ids;
  cells.reserve(subjects.size() * seeds * methods.size());
  for (std::size_t s = 0; s < subjects.size(); ++s) {
    const std::string subject = dumped(to_json(subjects[s]));
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
      for (std::size_t m = 0; m < methods.size(); ++m) {
        const std::string whole = fmt::format("{}\n{}\n{}", subject, described[m], seed);
        cells.push_back(
            {s, m, seed,
             fmt::format("{}-{}", kind_of(subjects[s]), sha256_hex(whole).substr(0, 16))});
        if (!ids.insert(cells.back().id).second) {
          throw Failure(
              ErrorKind::config,
              fmt::format("{} stands twice in the bench; leave one out", subjects[s].label()));
        }
      }
    }
  }
  return cells;
}

json BenchMatrix::describe(const Cell& cell) const {
  const Subject& subject = subjects[cell.subject];
  json what = {{"kind", kind_of(subject)},
               {subject.live ? "task" : "landscape", subject.name},
               {"method", methods[cell.method].name},
               {"seed", cell.seed}};
  if (!subject.model.empty()) what["model"] = subject.model;
  if (!subject.variant.empty()) what["variant"] = subject.variant;
  if (!subject.set.empty()) what["set"] = subject.set;
  return what;
}

std::string BenchMatrix::label(const Cell& cell) const {
  return fmt::format("{}, seed {}, on {}", methods[cell.method].name, cell.seed,
                     subjects[cell.subject].label());
}

std::vector<std::string> BenchMatrix::variants() const {
  std::vector<std::string> names;
  for (const Subject& subject : subjects) {
    const std::string& name = subject.variant;
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  return names;
}

std::string BenchMatrix::hash() const { return sha256_hex(dumped(to_json(*this))); }

json to_json(const BenchMatrix& matrix) {
  json subjects = json::array(), methods = json::array();
  for (const Subject& subject : matrix.subjects) subjects.push_back(to_json(subject));
  for (const BenchMethod& method : matrix.methods) methods.push_back(to_json(method));
  return {{"format", kMatrixFormat},
          {"subjects", std::move(subjects)},
          {"methods", std::move(methods)},
          {"first_seed", matrix.first_seed},
          {"seeds", matrix.seeds}};
}

BenchMatrix matrix_of(const json& text) {
  BenchMatrix matrix;
  for (const json& subject : text.at("subjects")) {
    matrix.subjects.push_back({subject.at("kind") == "live", subject.at("name"),
                               subject.at("model"), subject.value("variant", ""), subject.at("set"),
                               subject.at("hash")});
  }
  for (const json& method : text.at("methods"))
    matrix.methods.push_back({method.at("name"), method.at("method"), method.at("options")});
  matrix.first_seed = text.at("first_seed");
  matrix.seeds = text.at("seeds");
  return matrix;
}

std::vector<Cell> cells_of_shard(std::vector<Cell> cells, std::int64_t i, std::int64_t n) {
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return cells[a].id < cells[b].id; });
  std::vector<std::size_t> mine;
  for (auto at = static_cast<std::size_t>(i - 1); at < order.size();
       at += static_cast<std::size_t>(n)) {
    mine.push_back(order[at]);
  }
  std::sort(mine.begin(), mine.end());
  std::vector<Cell> shard;
  for (const std::size_t at : mine) shard.push_back(std::move(cells[at]));
  return shard;
}

}  // namespace zopo::bench
