#include "optim/zopo_options.h"

#include "optim/round_size.h"
#include "optim/surrogate.h"

namespace zopo::optim {
namespace {

// Domains up to this size are looked at as a whole.
constexpr Index kSmallDomain = 2000;

WhenToWrite when_to_write(OptionReader& read) {
  const std::string choice = read.choice("write", "index", {"index", "first", "turns"});
  if (choice == "first") return WhenToWrite::first;
  return choice == "turns" ? WhenToWrite::turns : WhenToWrite::index;
}

}  // namespace

ZopoOptions read_zopo_options(const Problem& problem, OptionReader& read) {
  constexpr std::int64_t kMany = 1'000'000, kMost = 1'000'000'000;
  ZopoOptions options;
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.block = read.integer("block", options.block, 1, kMany);
  options.first_look = read.integer("first_look", options.block, 1, kMany);
  options.round = read.integer("round", usual_round(problem), 1, kMost);
  options.finalists = read.integer("finalists", options.finalists, 0, kMany);
  options.localize = read.flag("localize", problem.embeddings.rows() > kSmallDomain);
  options.step = read.number("step", options.step, 0, 1e6);
  options.neighbors = read.integer("neighbors", options.neighbors, 1, kMany);
  options.from_everywhere = read.integer("from_everywhere", options.from_everywhere, 1, kMany);
  options.gradient = read.choice("direction", "gradient", {"gradient", "random"}) == "gradient";
  options.write = when_to_write(read);
  options.write_first = read.integer("write_first", kMost, 0, kMost);
  options.stake = read.number("stake", options.stake, 0, 1e6);
  options.writing.doubt = read.number("doubt", options.writing.doubt, 0, 1e6);
  options.unseen = read.integer("unseen", options.unseen, 1, 1000000);
  options.writing.inherited = read.number("inherited", options.writing.inherited, 0, 1);
  options.judging = read.integer("judging", options.judging, 1, kMany);
  options.model.kernel = read.choice("kernel", options.model.kernel, known_families());
  options.model.evidence = read.flag("evidence", options.model.evidence);
  options.model.effects = read.flag("effects", options.model.effects);
  options.model.refresh_growth =
      read.number("refresh_growth", options.model.refresh_growth, 0, 1e6);
  read.finish();
  options.model.known = problem.known;
  return options;
}

}  // namespace zopo::optim
