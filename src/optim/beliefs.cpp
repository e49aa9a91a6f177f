#include "optim/beliefs.h"

#include <algorithm>

namespace zopo::optim {

Beliefs::Beliefs(const data::Embeddings& embeddings,
                 bool localize,
                 const AnswerModelOptions& options)
    : options_(options),
      localize_(localize),
      domain_(embeddings),
      space_(domain_, KernelSpace::Origin::zero),
      pool_(space_, !localize),
      model_(space_, pool_, options) {}

Beliefs::Beliefs(const data::Embeddings& larger, const Beliefs& before)
    : Beliefs(larger, before.localize_, before.options_) {
  if (localize_) pool_.add(before.pool_.ids());
  for (const Outcome& outcome : before.told_) add(outcome);
  model_.go_on_from(before.model_);
}

void Beliefs::add(const Outcome& outcome) {
  model_.add(outcome);
  told_.push_back(outcome);
}

std::vector<CandidateId> Beliefs::incumbents() const {
  model_.evaluations().require_scores();
  std::vector<CandidateId> ids;
  for (const Tally& tally : model_.evaluations().tallies()) ids.push_back(tally.id);
  std::stable_sort(ids.begin(), ids.end(),
                   [&](CandidateId a, CandidateId b) { return mean(a) > mean(b); });
  return ids;
}

}  // namespace zopo::optim
