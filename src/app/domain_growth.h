#pragma once
// Candidates that join a search on the way: when the method says that those around its incumbent do
// not suffice, the generator writes others from these and their scores, candidates with exemplars
// are varied without it, all are embedded, and the method is made anew for the larger domain, with
// its history.
//
// All are embedded anew: the built-in features are fitted to the whole domain, and what an endpoint
// embedded before is in the store. So a run with growth is a function of its inputs and stored
// replies as any other is.

#include <functional>
#include <memory>

#include "app/endpoint.h"
#include "app/stages.h"
#include "zopo/app/search_loop.h"
#include "zopo/report/records.h"

namespace zopo::app {

class DomainGrowth {
 public:
  // Of all candidates there are now.
  using Embed = std::function<Result<data::Embeddings>()>;
  using Watch = std::function<void(const report::Enlargement&)>;

  // Adds up in answers what was made. Borrows everything.
  DomainGrowth(const Settings& settings,
               const Plan& plan,
               Endpoint& endpoint,
               Inputs& inputs,
               Answers& answers,
               Embed embed,
               Watch watch);

  // As SearchEvents::enlarge.
  Result<std::unique_ptr<optim::Method>> operator()(const optim::Method& method,
                                                    const SearchState& state);

 private:
  // Nothing is added before half of the last candidates have been looked at.
  bool is_waiting(const SearchState& state) const;
  // Replies that may be asked for now; none after kMostFruitless times without a new candidate.
  std::int64_t replies_due() const;
  std::int64_t variations_due() const;
  const task::Candidate& candidate(optim::CandidateId id) const;
  // What the generator writes, with the exemplars of the incumbent.
  task::Generation write(const optim::Frontier& frontier, std::int64_t replies);
  void vary(optim::CandidateId incumbent, std::int64_t most);

  const Settings& settings_;
  const Plan& plan_;
  Endpoint& endpoint_;
  Inputs& inputs_;
  Answers& answers_;
  Embed embed_;
  Watch watch_;
  std::int64_t asked_ = 0, last_added_ = 0, fruitless_ = 0, times_ = 0;
};

}  // namespace zopo::app
