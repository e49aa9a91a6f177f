#pragma once
// The options of zopo, as they are tuned.

#include <cstdint>
#include <string>

#include "optim/answer_model.h"
#include "optim/option_reader.h"
#include "optim/writing.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

// When to write: by the index; or, for comparison, so many replies of the first way before
// anything else, or one reply a round, the ways in turn.
enum class WhenToWrite { index, first, turns };

struct ZopoOptions {
  double beta = 2.5;            // of the upper confidence bound
  std::int64_t first_look = 2;  // examples that a prompt is handed out at first
  std::int64_t block = 2;       // and at a time afterwards
  std::int64_t round = 20;      // calls in a round
  std::int64_t finalists = 3;   // that get all of dev, as far as kFinalShare of the calls goes
  bool localize = false;        // the pool is not the whole domain
  double step = 0.5;            // eta |mu|, in root mean square lengths of the embeddings
  std::int64_t neighbors = 20;  // that join the pool each round
  std::int64_t from_everywhere = 10;
  bool gradient = true;  // else a random direction of the same length
  WhenToWrite write = WhenToWrite::index;
  std::int64_t write_first = 0;  // replies of `first`, as far as the calls go
  // Of writing by index: what the calls that are left could gain, in standard deviations of a new
  // candidate; the calls that one takes to be judged; how many may wait to be asked.
  double stake = 0.06;
  std::int64_t judging = 4;
  std::int64_t unseen = 2;
  WritingOptions writing;
  AnswerModelOptions model;
};

// Of all calls, at most, for what the finalists lack.
inline constexpr double kFinalShare = 0.25;

// Throws Failure{config}.
ZopoOptions read_zopo_options(const Problem& problem, OptionReader& read);

}  // namespace zopo::optim
