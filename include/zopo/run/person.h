#pragma once
// A person as the judge of comparisons. They are asked like any model, through a transport, so
// every choice is committed to the run's store before it is used: a run that was killed asks
// nothing twice.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zopo/http/transport.h"

namespace zopo::run {

struct Comparison {
  std::string rubric, input;
  std::vector<std::string> references;  // none when they are not to be shown
  std::string first, second;            // the answers
};

// 1 or 2, the better answer; 0 when neither is; nothing to stop the run and go on later.
using Choose = std::function<std::optional<int>(const Comparison&)>;

// Asks one at a time, in the order sent, in a thread of its own. Without choose every request is an
// Error of kind config that says what to do.
std::unique_ptr<http::Transport> make_person_transport(std::string rubric, Choose choose);

}  // namespace zopo::run
