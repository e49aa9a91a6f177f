#pragma once
// Recorded domains are small; methods for large ones need large ones to be compared on. A grown
// domain holds the recorded candidates and, beyond them, points between one of them and one of its
// ten nearest, embedding and accuracy interpolated alike.

#include <string>
#include <vector>

#include "zopo/data/embeddings.h"

namespace zopo::bench {

class GrownDomain {
 public:
  // As many candidates in all; none are added where there are so many already. The points are fixed
  // by the name and the count.
  GrownDomain(const data::Embeddings& recorded, Index candidates, const std::string& name);

  const data::Embeddings& embeddings() const { return embeddings_; }
  // values of the recorded candidates -> of all.
  std::vector<double> grown(std::vector<double> values) const;

 private:
  struct Between {
    Index from, to;
    double share;  // of `from`
  };
  static std::vector<Between> points_between(const data::Embeddings& recorded,
                                             Index candidates,
                                             const std::string& name);
  static data::Embeddings with(const data::Embeddings& recorded,
                               const std::vector<Between>& points);

  std::vector<Between> added_;
  data::Embeddings embeddings_;
};

}  // namespace zopo::bench
