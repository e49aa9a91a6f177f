#pragma once
// Candidates that join a search on the way: when the method says that those around its incumbent do
// not suffice, the generator writes others from these and their scores, all are embedded, and the
// method is made anew for the larger domain, with its history.
//
// All are embedded anew: the built-in features are fitted to the whole domain, and what an endpoint
// embedded before is in the store. So a run with growth is a function of its inputs and stored
// replies as any other is.

#include <functional>
#include <memory>

#include "app/endpoint.h"
#include "zopo/app/search_loop.h"
#include "zopo/report/records.h"

namespace zopo::app {

class DomainGrowth {
 public:
  // Of all candidates there are now.
  using Embed = std::function<Result<data::Embeddings>()>;
  using Watch = std::function<void(const report::Enlargement&)>;

  // Needs candidates.grow. made: of all times together. Borrows everything.
  DomainGrowth(const Settings& settings,
               const Plan& plan,
               Endpoint& endpoint,
               Inputs& inputs,
               task::Generation& made,
               Embed embed,
               Watch watch);

  // As SearchEvents::enlarge.
  Result<std::unique_ptr<optim::Method>> operator()(const optim::Method& method,
                                                    const SearchState& state);

 private:
  // Replies that may be asked for now. None before half of the last candidates have been looked at,
  // and none after kMostFruitless times without any.
  std::int64_t replies_due(const SearchState& state) const;
  task::Generation write(const optim::Frontier& frontier, std::int64_t replies) const;
  void add(const task::Generation& made);

  const Settings& settings_;
  const Plan& plan_;
  Endpoint& endpoint_;
  Inputs& inputs_;
  task::Generation& made_;
  Embed embed_;
  Watch watch_;
  std::int64_t asked_ = 0, last_added_ = 0, fruitless_ = 0;
};

}  // namespace zopo::app
