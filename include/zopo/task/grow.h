#pragma once
// Candidate instructions near those that are best so far: a model is shown these with their scores,
// worst first (as OPRO does: Yang et al., "Large Language Models as Optimizers", arXiv 2309.03409,
// Sec. 2), and demonstrations, and writes another one.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "zopo/task/generate.h"

namespace zopo::task {

struct Scored {
  std::string prompt;
  double score = 0;  // in [0, 1]
};

struct GrowOptions {
  std::int64_t replies = 8;         // asked for
  std::int64_t demonstrations = 5;  // in a request; as many as train has where that is less
  double near = 0.9;                // cosine from which two are the same; 1: only equal ones
  std::uint64_t seed = 0;
  std::int64_t asked = 0;  // replies asked for before, in the same search
  // Whether an instruction gives away what is to be scored; may be empty.
  std::function<bool(const std::string&)> gives_away = {};
};

// Distinct from known and from each other; at most options.replies. Depends on its arguments and
// the replies only. around: worst first, not empty. train may be empty.
Generation grow(llm::Chat& chat,
                const data::Dataset& train,
                std::span<const Scored> around,
                std::span<const std::string> known,
                const GrowOptions& options);

}  // namespace zopo::task
