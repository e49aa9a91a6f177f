#pragma once
// Candidates that join a search on the way: when the method says that those around its incumbent do
// not suffice, others are written from the best ones and from what they get wrong, candidates with
// exemplars are varied without a call, all are embedded, and the method is made anew for the larger
// domain, with its history.
//
// All are embedded anew: the built-in features are fitted to the whole domain, and what an endpoint
// embedded before is in the store. So a run with growth is a function of its inputs and stored
// replies as any other is.

#include <functional>
#include <memory>

#include "app/endpoint.h"
#include "app/stages.h"
#include "app/writing.h"
#include "zopo/app/search_loop.h"
#include "zopo/report/records.h"

namespace zopo::app {

class DomainGrowth {
 public:
  // Of all candidates there are now.
  using Embed = std::function<Result<data::Embeddings>()>;
  using Watch = std::function<void(const report::Enlargement&)>;

  // Adds up in answers what was made. writing: null where nothing is written. Borrows everything.
  DomainGrowth(const Settings& settings,
               const Plan& plan,
               Writing* writing,
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
  // The ways in turn: the best one alone, the best two, the best few.
  std::vector<WritingOrder> orders(const optim::Frontier& frontier, std::int64_t replies);
  // What is written, with the exemplars of the incumbent.
  write::Batch write(const optim::Frontier& frontier, const std::vector<WritingOrder>& orders);
  void vary(optim::CandidateId incumbent, std::int64_t most);

  const Settings& settings_;
  const Plan& plan_;
  Writing* writing_;
  Inputs& inputs_;
  Answers& answers_;
  Embed embed_;
  Watch watch_;
  std::int64_t last_added_ = 0, fruitless_ = 0, times_ = 0, variations_ = 0;
  std::size_t next_way_ = 0;
};

}  // namespace zopo::app
