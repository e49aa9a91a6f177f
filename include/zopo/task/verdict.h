#pragma once
// Should what a search found take the place of the prompt in use? Dev chose the one found for being
// high, so the sealed test decides the words, and both together whether it is recommended.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/task/statistics.h"

namespace zopo::task {

enum class Verdict {
  better,     // significantly, on the test
  not_shown,  // to be better, nor worse
  keep,       // the interval of the difference on the test lies below 0
  in_use,     // the search found nothing better than the prompt in use
  tie,        // as good within evaluation.tie_tolerance, and shorter or cheaper
  untested,   // there is no test
};

// Scores of the prompt found and of the one in use on the same examples.
struct PairedScores {
  std::vector<double> found, in_use;
};

struct Decision {
  Verdict verdict = Verdict::untested;
  bool takes_over = false;  // the prompt found is recommended, not the one in use
  double probability =
      0;  // that the one found is better: normal, dev and test weighed by precision
};

// Recommended is what is significantly better on the test, and what is not shown to be worse there,
// has the higher mean there and is better with probability .9 over dev and test. Without a test:
// .95 on dev. Else the prompt in use stays. Never tie, which callers decide. Requires as many
// scores on either side.
Decision decide(const PairedScores& dev, const PairedScores& test);

// "better", "not_shown", "keep", "in_use", "tie", "untested".
const char* to_string(Verdict verdict);
// "better than your prompt", "not shown to be better than your prompt: keep your prompt".
std::string words_of(const Decision& decision);

}  // namespace zopo::task
