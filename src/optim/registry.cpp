#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "optim/methods.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/optim/method.h"

namespace zopo::optim {
namespace {

struct Entry {
  const char* name;
  MethodMaker* make;
  MethodTraits traits;
};

constexpr MethodTraits kWhole = {.races = true};

constexpr Entry kMethods[] = {
    {"zopo", make_zopo, {.whole_or_writes = true, .known_scores = true}},
    {"zopo-paper", make_zopo_paper, kWhole},
    {"zopo-reference", make_zopo_reference, {}},
    {"random", make_random, kWhole},
    {"nearest", make_nearest, kWhole},
    {"gp-ucb", make_gp_ucb, kWhole},
    {"gp-ei", make_gp_ei, kWhole},
    {"ntk-ucb", make_ntk_ucb, kWhole},
    {"sequential-halving", make_sequential_halving, {}},
    {"gse", make_gse, {}},
    {"hbbops", make_hbbops, {}},
    {"ucb-e", make_ucb_e, {}},
    {"rasch-ucb", make_rasch_ucb, {}},
    {"gittins", make_gittins, {}},
    {"top-two-thompson", make_top_two_thompson, {}},
};

}  // namespace

std::unique_ptr<Method> make_method(const std::string& name,
                                    const Problem& problem,
                                    const nlohmann::json& options) {
  for (const Entry& entry : kMethods) {
    if (name != entry.name) continue;
    std::unique_ptr<Method> method = entry.make(problem, options);
    if (!problem.ways.empty() && !method->can_write()) {
      throw Failure(ErrorKind::config,
                    fmt::format("Search method {} cannot order candidates to be written.", name));
    }
    if (problem.price > 0 && !method->can_write()) {
      throw Failure(ErrorKind::config,
                    fmt::format("Search method {} does not stop by a price; budget.price goes with "
                                "method zopo without whole_evaluations.",
                                name));
    }
    if (problem.known.size() > 0 && !(entry.traits.known_scores && method->can_write())) {
      throw Failure(ErrorKind::config,
                    fmt::format("Search method {} has no use for known scores; candidates.scores "
                                "goes with method zopo without whole_evaluations.",
                                name));
    }
    return method;
  }
  throw Failure(ErrorKind::config,
                fmt::format("There is no search method \"{}\"{}; known are {}", name,
                            did_you_mean(name, known_methods()), join(known_methods(), ", ")));
}

void Method::add(const std::vector<Written>& /*written*/, const data::Embeddings& /*all*/) {
  throw Failure(ErrorKind::internal, "A search method that never writes was given candidates.");
}

std::vector<std::string> known_methods() {
  std::vector<std::string> names;
  for (const Entry& entry : kMethods) names.emplace_back(entry.name);
  return names;
}

std::optional<MethodTraits> traits_of(const std::string& name) {
  for (const Entry& entry : kMethods) {
    if (name == entry.name) return entry.traits;
  }
  return std::nullopt;
}

const char* to_string(Phase phase) {
  switch (phase) {
    case Phase::initial:
      return "initial";
    case Phase::search:
      return "search";
    case Phase::explore:
      return "explore";
    case Phase::final:
      return "final";
  }
  return "";
}

const char* to_string(Stop stop) {
  switch (stop) {
    case Stop::budget:
      return "budget";
    case Stop::candidates:
      return "candidates";
    case Stop::price:
      return "price";
  }
  return "";
}

}  // namespace zopo::optim
