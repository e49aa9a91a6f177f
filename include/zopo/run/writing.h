#pragma once
// New candidates for a task: the writer of the module write, wired to a task's data, endpoint and
// candidates. Before a search it writes the initial ones, during it what the search orders.
//
// What is written depends on the inputs and the stored replies alone, so a run that was killed
// while it wrote or reflected goes on to the same bytes and pays for nothing twice.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/result.h"
#include "zopo/optim/method.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"
#include "zopo/write/writer.h"

namespace zopo::run {

// Can the best prompts' failures on train be looked at? Not without examples that have all the
// prompt's variables, nor where a metric compares with the baseline.
bool can_reflect(const settings::Settings& settings, const Inputs& inputs);

// Replies asked for before the search. Needs candidates.write.
std::int64_t initial_replies(const settings::Settings& settings, const Inputs& inputs);

// The seeds that are not among the prompts yet: the labels or the outputs' form said. No call.
std::vector<write::Written> seeds_of(const settings::Settings& settings,
                                     const data::Dataset& train,
                                     const std::vector<std::string>& prompts);

// Bytes of a request for a new prompt, at most. Needs candidates.write.
std::int64_t longest_writing(const settings::Settings& settings, const Inputs& inputs);

// "Write that way, from these candidates."
struct WritingOrder {
  std::string way;
  std::vector<optim::CandidateId> parents = {};
};

// Answers on train that an order may ask for, to find its parent's failures.
inline constexpr std::int64_t kLooks = 8;

struct Ordered {
  write::WrittenBatch batch;
  std::vector<std::int64_t> looks;  // answers on train that each order asked for
};

class Writing {
 public:
  // Needs candidates.write. endpoint and inputs outlive it; what is written is not added to the
  // inputs here. most: replies in all; reflect: answers on train in all.
  Writing(const settings::Settings& settings,
          Endpoint& endpoint,
          const Inputs& inputs,
          std::int64_t most,
          std::int64_t reflect);

  // Each way as often as the task says, as far as it has what it needs: first those that start from
  // the data or the user's prompt, then those that change a prompt. on_batch: after each request
  // round.
  write::WrittenBatch initial(const std::function<void(const write::WrittenBatch&)>& on_batch);
  // Until there are so many more, the ways in turn, without scores. Gives up where nothing new
  // comes any more.
  write::WrittenBatch fill(std::int64_t count,
                           const std::function<void(const write::WrittenBatch&)>& on_batch);
  // One reply an order, as far as replies are left. candidates: what the ids of the parents mean;
  // means: their scores, where known. An order whose parent has no failures is a paraphrase.
  Ordered by_order(const std::vector<WritingOrder>& orders,
                   const std::vector<task::Candidate>& candidates,
                   const std::map<optim::CandidateId, double>& means);

  std::int64_t replies_left() const { return most_ - asked_; }
  // An answer on train to a candidate's prompt.
  struct Reflection {
    optim::CandidateId id = 0;
    task::Answer answer;
  };
  const std::vector<Reflection>& reflections() const { return reflections_; }

 private:
  struct Reflected {
    std::size_t next = 0;  // position in the order of train
    std::vector<write::Mistake> mistakes;
  };
  // The user's prompt; needs one.
  write::Parent users() const;
  write::WrittenBatch ask(const std::vector<write::Order>& orders);
  std::vector<write::Order> turn(const std::vector<const write::Way*>& ways,
                                 std::int64_t replies,
                                 const std::vector<write::Parent>& from);
  // The wrong replies of a candidate; where they are too few, kLooks further answers are asked for.
  Result<std::vector<write::Mistake>> mistakes_of(optim::CandidateId id,
                                                  const task::Candidate& candidate);

  const settings::Settings& settings_;
  const settings::CandidateSettings::Write& wanted_;
  Endpoint& endpoint_;
  const Inputs& inputs_;
  std::int64_t most_, reflect_left_, next_id_, asked_ = 0;
  write::Writer writer_;
  std::vector<write::Parent> prompts_;  // there before, and written since
  std::optional<task::Evaluator> evaluator_;
  std::vector<std::int64_t> train_order_;
  std::map<optim::CandidateId, Reflected> reflected_;
  std::vector<Reflection> reflections_;
};

}  // namespace zopo::run
