#pragma once
// How many calls are under way at once, where a method decides call by call and nobody says.

#include <cstdint>

#include "zopo/optim/method.h"

namespace zopo::optim {

// As many as a whole evaluation takes. Of a small budget that is only asked with, a twentieth, at
// least 2, so that it too is spent in steps that learn from each other; where candidates are to be
// written, a round stays whole, so that more is known when the next ones are ordered.
std::int64_t usual_round(const Problem& problem);

}  // namespace zopo::optim
