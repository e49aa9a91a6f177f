#pragma once
// A search method: asked for rounds, told outcomes. It sees embeddings, ids and outcomes, never an
// LLM.
//
//   std::unique_ptr<Method> method = make_method("zopo", problem, options);
//   while (true) {
//     Round round = method->ask();
//     if (round.empty()) break;                     // nothing left worth asking within the budget
//     method->tell(evaluate(round));                // outcomes, example by example
//   }
//   best = method->recommend();
//
// Deterministic: the same problem, options and outcomes give the same rounds. Budgets are counted
// in calls (one call = one outcome of one example) and never exceeded: a round never asks for more
// than what is left.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/data/embeddings.h"

namespace zopo::optim {

using CandidateId = std::int64_t;  // row of the embeddings

enum class Phase { initial, search, explore, final };

// "Ask the next `examples` examples of this candidate." Every candidate walks through the dev
// examples in the same order, so the caller knows which ones they are.
struct Query {
  CandidateId id = 0;
  std::int64_t examples = 0;
  Phase phase = Phase::search;
  // Why it was chosen, for the trace; NaN where the method has no such figure.
  double posterior_mean;  // of the score, in score units
  double posterior_sd;
  double gradient_norm;
};

using Round = std::vector<Query>;

// What came of a query: one score in [0, 1] per example asked, in order. An example without an
// answer is left out of both lists and asked again later by the caller.
struct Outcome {
  CandidateId id = 0;
  std::vector<std::int64_t> examples;  // positions in the common order
  std::vector<double> scores;
};

// A round that was played.
struct Turn {
  Round asked;
  std::vector<Outcome> told;
};

struct Problem {
  data::Embeddings embeddings;                // Z [m x d]
  std::int64_t dev_examples = 0;              // examples a candidate can be asked for, at most
  std::int64_t examples_per_evaluation = 20;  // of a whole evaluation; at most dev_examples
  std::int64_t calls = 0;                     // budget of the search, in calls
  std::int64_t initial = 0;                   // initial candidates, the baseline among them
  std::uint64_t seed = 0;
  // The prompt in use today: asked first in the initial phase, among the finalists, ahead of its
  // equals. Its calls count as any other's.
  std::optional<CandidateId> baseline = {};
  // Played before the domain was enlarged; the candidates of then are its first rows. Their calls
  // count. For methods that can_grow().
  std::vector<Turn> history = {};
};

struct Recommendation {
  CandidateId id = 0;
  double mean =
      0;  // posterior mean where the method has one, else the empirical mean, in score units
};

// Do the candidates around the best one suffice?
struct Frontier {
  enum class State {
    open,       // yes, or it cannot be told yet, or no calls are left to look at others
    exhausted,  // the nearest have been asked, or are no better as far as the model can tell
    beyond,     // the gradient of the model leads away from all of them
  };
  State state = State::open;
  CandidateId incumbent = 0;
  // The incumbent and its nearest with answers, at most kAround, worst first; none where open.
  static constexpr std::int64_t kAround = 8;
  std::vector<Recommendation> around;
};

class Method {
 public:
  virtual ~Method() = default;
  // The next round; empty when the budget or the candidates are used up. Calling it again without
  // tell() is a bug.
  virtual Round ask() = 0;
  // Requires the outcomes of the last round, in its order.
  virtual void tell(const std::vector<Outcome>& outcomes) = 0;
  // Best so far. Requires at least one outcome told.
  virtual Recommendation recommend() const = 0;

  // Can the domain be enlarged on the way? Then the method made anew, for the larger domain and
  // with the turns so far as its history, goes on knowing all it was told.
  virtual bool can_grow() const { return false; }
  // Requires can_grow() and at least one outcome told.
  virtual Frontier frontier() const { return {}; }
};

// options: the method's own, already checked against the schema. Throws Failure{config} for an
// unknown method, and for a history where the method cannot grow.
std::unique_ptr<Method> make_method(const std::string& name,
                                    const Problem& problem,
                                    const nlohmann::json& options);

std::vector<std::string> known_methods();
const char* to_string(Phase phase);
const char* to_string(Frontier::State state);

}  // namespace zopo::optim
