#pragma once
// Candidates that join a search on the way, as its method orders them: written from the data, from
// the best prompts and from what they get wrong; with exemplars also varied, without a call.
//
// All are embedded anew: the built-in features are fitted to the whole domain, and what an endpoint
// embedded before is in the store. So a run that writes is a function of its inputs and stored
// replies as any other is.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zopo/report/records.h"
#include "zopo/run/search_loop.h"
#include "zopo/run/stages.h"
#include "zopo/run/writing.h"

namespace zopo::run {

class DomainGrowth {
 public:
  // Of all candidates there are now.
  using Embed = std::function<Result<data::Embeddings>()>;
  using Watch = std::function<void(const report::WritingDecision&)>;

  // ways: as the method numbers them. Adds up in answers what was made. writing: null where only
  // exemplars are varied. Borrows everything but ways.
  DomainGrowth(const settings::Settings& settings,
               std::vector<optim::Way> ways,
               Writing* writing,
               Inputs& inputs,
               Answers& answers,
               Embed embed,
               Watch watch);

  // As SearchEvents::write.
  Result<Enlargement> operator()(const optim::Round& round, const SearchState& state);

 private:
  struct Made {
    std::vector<task::Candidate> candidates;
    std::map<std::string, std::int64_t> dropped;
    std::int64_t spared = 0;
  };
  const optim::Way& way_of(const optim::WriteOrder& order) const;
  const task::Candidate& candidate(optim::CandidateId id) const;
  // What the orders for the model came to, by position among all orders.
  std::optional<Error> write(const std::vector<optim::WriteOrder>& orders,
                             const SearchState& state,
                             std::vector<Made>& made);
  // A written prompt, with the exemplars of its best parent.
  task::Candidate joined(const write::Written& written, const optim::WriteOrder& order) const;
  std::vector<task::Candidate> varied(const optim::WriteOrder& order);

  const settings::Settings& settings_;
  std::vector<optim::Way> ways_;
  Writing* writing_;
  Inputs& inputs_;
  Answers& answers_;
  Embed embed_;
  Watch watch_;
  std::int64_t times_ = 0;  // candidates were varied
};

}  // namespace zopo::run
