#pragma once
// A search method: asked for rounds, told outcomes. It sees embeddings, ids and outcomes, never an
// LLM.
//
//   std::unique_ptr<Method> method = make_method("zopo", problem, options);
//   while (true) {
//     const Round round = method->ask();
//     if (round.stop) break;                        // why: see Stop
//     method->tell(evaluate(round.queries));        // outcomes, example by example
//     if (!round.writes.empty()) {
//       const std::vector<Written> written = write(round.writes);
//       method->add(written, embed_all());
//     }
//   }
//   best = method->recommend();
//
// Deterministic: the same problem, options, outcomes and written candidates give the same rounds.
// Whatever a round asks for may be under way at once; it is told whole and in this order before the
// next ask(), so nothing depends on timing. Budgets are counted in calls (one call = one outcome of
// one example; a written reply = as many as its way says) and never exceeded: a round never asks
// for more than what is left.

#include <cstdint>
#include <limits>
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
  // Why it was chosen, for the trace; none where the method has no such figure.
  std::optional<double> posterior_mean = {};  // of the score, in score units
  std::optional<double> posterior_sd = {};
  std::optional<double> gradient_norm = {};
  std::optional<double> index = {};  // what the method ranks by, in score units
};

// "Write `replies` new candidates this way, from these parents."
struct WriteOrder {
  std::int64_t way = 0;              // position in Problem::ways
  std::vector<CandidateId> parents;  // as the way takes them, the best first
  std::int64_t replies = 0;          // of the model that writes; at least 1
  // Why, for the trace: what the method expects of a candidate written so, and what it ranks by.
  std::optional<double> posterior_mean = {};  // of the score, in score units
  std::optional<double> posterior_sd = {};
  std::optional<double> index = {};
};

enum class Stop {
  budget,      // no calls are left
  candidates,  // every candidate has answered everything, and none can be written
  price,       // calls are left, and none is worth its price
};

// Either something to do or a reason to stop.
struct Round {
  std::vector<Query> queries;
  std::vector<WriteOrder> writes;
  std::optional<Stop> stop;
  // What the highest index is held against, for the trace: the incumbent's posterior mean, in score
  // units; none where the method has no such figure.
  std::optional<double> to_beat = {};
};

// What came of a query: one score in [0, 1] per example asked, in order. An example without an
// answer is left out of both lists and asked again later by the caller.
struct Outcome {
  CandidateId id = 0;
  std::vector<std::int64_t> examples;  // positions in the common order
  std::vector<double> scores;
  std::int64_t spared = 0;  // calls of it that were paid for otherwise: the budget has them again
};

// What a candidate can be written from.
enum class Parents {
  none,     // the data alone
  user,     // the user's prompt
  one,      // any candidate
  two,      // the best and one that is right on other examples
  several,  // the best few
};

// A way to new candidates. The method learns how much better than their parents each way's are.
struct Way {
  std::string name;
  Parents parents = Parents::none;
  // Of one reply, in calls: what it takes of the tightest cap, over what an answer takes; all that
  // it needs is in it, looking at its parent's failures too. 0 where nothing has to be paid.
  std::int64_t cost = 1;
  // Replies in the whole search, at most.
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

// What came of an order, or, before the search, of as many replies: the next `candidates` rows of
// the embeddings.
struct Written {
  std::int64_t way = 0;
  std::vector<CandidateId> parents;
  std::int64_t replies = 0;
  std::int64_t candidates = 0;  // that were accepted; 0 where nothing usable came
  std::int64_t spared = 0;      // calls of the way's cost that were not needed
};

struct Problem {
  data::Embeddings embeddings;                // Z [m x d]
  std::int64_t dev_examples = 0;              // examples a candidate can be asked for, at most
  std::int64_t examples_per_evaluation = 20;  // of a whole evaluation; at most dev_examples
  std::int64_t calls = 0;                     // budget of the search, in calls
  std::int64_t initial = 0;                   // initial candidates, the baseline among them
  std::uint64_t seed = 0;
  // The prompt in use today: asked first in the initial phase, among the finalists, ahead of its
  // equals. Its calls count as any other's, less what an outcome says was spared.
  std::optional<CandidateId> baseline = {};
  // Candidates can be written these ways; none: there are only those of the embeddings. For methods
  // that can_write().
  std::vector<Way> ways = {};
  std::int64_t writing_calls = 0;  // of the calls, for writing at most
  // That cost calls, in all of the search, at most.
  std::int64_t writing_replies = std::numeric_limits<std::int64_t>::max();
  std::vector<Written> written = {};  // whence the last rows of the embeddings, in order
  // What is known of the candidates' scores beforehand, in standard deviations about their mean, by
  // id; 0 beyond its end. Empty: nothing. For methods whose traits say known_scores.
  Vector known = {};
  // What a call is worth at least, as a gain of the final score: 3e-4 says that 100 calls have to
  // gain .03. The search stops where none is; 0: it stops when the calls are used up.
  double price = 0;
};

struct Recommendation {
  CandidateId id = 0;
  double mean =
      0;  // posterior mean where the method has one, else the empirical mean, in score units
};

class Method {
 public:
  virtual ~Method() = default;
  // The next round. Calling it again without tell(), and add() where it wrote, is a bug.
  virtual Round ask() = 0;
  // Requires the outcomes of the last round's queries, in their order; none where it had none.
  virtual void tell(const std::vector<Outcome>& outcomes) = 0;
  // What came of the last round's writes, one each and in their order. all: the embeddings of every
  // candidate, those of before first and in their order; their vectors may have changed, where all
  // are embedded together. Throws Failure{internal} where the method cannot write, or the rows do
  // not add up.
  virtual void add(const std::vector<Written>& written, const data::Embeddings& all);
  // Can it order candidates to be written?
  virtual bool can_write() const { return false; }
  // Best so far. Throws Failure{internal} before the first score was told.
  virtual Recommendation recommend() const = 0;
};

// options: the method's own, already checked against the schema. Throws Failure{config} for an
// unknown method, and for ways or for a price where the method has no use for them.
std::unique_ptr<Method> make_method(const std::string& name,
                                    const Problem& problem,
                                    const nlohmann::json& options);

std::vector<std::string> known_methods();

// What others have to know of a method before they make one.
struct MethodTraits {
  // It evaluates whole prompts and takes the option "racing".
  bool races = false;
  // It decides call by call and orders candidates to be written, unless the option
  // "whole_evaluations" makes it evaluate whole prompts.
  bool whole_or_writes = false;
  // It begins from Problem::known, unless it evaluates whole prompts.
  bool known_scores = false;
};
// Nothing for an unknown method.
std::optional<MethodTraits> traits_of(const std::string& name);

const char* to_string(Phase phase);
const char* to_string(Stop stop);

}  // namespace zopo::optim
