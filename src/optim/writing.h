#pragma once
// What could be written, what it would cost, and what is to be expected of it.
//
// A candidate not yet written has a prior: the child of parent p by way w
//
//   f ~ N(l + r (m_p - l) + d_w, r^2 v_p + s_w^2)
//
// m_p and v_p the posterior of the parent's latent score, l the common level of the candidates that
// have no parents, d_w and s_w^2 of the way's record (way_record.h). Parents are chosen for being
// high, and a child inherits only a part r of that. Without parents, p is the level.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "optim/beliefs.h"
#include "optim/way_record.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

struct WritingOptions {
  double inherited = 0.2;  // r
  double total = 0.6;      // variance of latent scores that is expected beforehand ..
  double doubt = 8;        // .. worth so many candidates
};

// A candidate that could be written next.
struct Prospect {
  std::int64_t way = 0;
  std::vector<CandidateId> parents;
  double mean = 0, variance = 0;  // of its latent score
  double cost = 0;  // calls until a reply is a candidate, in expectation; 0: a way's first
};

class Writing {
 public:
  // problem outlives this object.
  Writing(const Problem& problem, const WritingOptions& options);

  bool is_possible() const { return !problem_.ways.empty(); }
  // first: the id of the first candidate that came.
  void add(const Written& written, CandidateId first);
  bool is_fruitless(std::int64_t way, const std::vector<CandidateId>& parents) const;
  // Replies that budget and way still allow, of at most `calls` calls.
  std::int64_t affordable(std::int64_t way, std::int64_t calls) const;
  // Takes the price of so many replies; returns it.
  std::int64_t pay(std::int64_t way, std::int64_t replies);

  // One for each way and each choice of parents it could have, but those that brought nothing
  // the last time; of pairs only the first. Requires beliefs that are fitted.
  std::vector<Prospect> prospects(const Beliefs& beliefs) const;
  // The parents that a way would be given if the beliefs' best ones were; nothing where it needs
  // more than there are. Pairs: the best one and one that is right where it is not, best first.
  std::vector<std::vector<CandidateId>> parents_of(const Way& way, const Beliefs& beliefs) const;

 private:
  struct Record {
    std::int64_t replies = 0, candidates = 0;
  };
  struct Origin {
    CandidateId id = 0;
    std::int64_t way = 0;
    std::vector<CandidateId> parents;
  };
  Gain level(const Beliefs& beliefs) const;
  Gain inherited(const std::vector<CandidateId>& parents,
                 const Gain& level,
                 const Beliefs& beliefs) const;
  std::vector<Gain> gains_of(std::int64_t way, const Gain& level, const Beliefs& beliefs) const;
  double expected_total(const Beliefs& beliefs) const;
  double cost_of(std::int64_t way) const;

  const Problem& problem_;
  const WritingOptions options_;
  std::vector<Record> records_;  // [ways]
  std::vector<Origin> origins_;  // of the candidates written
  std::vector<char> is_child_;   // by id; beyond the end: no
  // Orders in a row that brought nothing.
  std::map<std::pair<std::int64_t, std::vector<CandidateId>>, int> fruitless_;
  std::int64_t calls_left_, replies_left_;  // for writing
};

}  // namespace zopo::optim
