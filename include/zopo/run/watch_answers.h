#pragma once
// Progress between the rounds: as answers come.

#include <functional>

#include "zopo/llm/budget.h"

namespace zopo::run {

// Calls look as answers are settled by the calling thread, at most every 50 ms. Borrows what look
// does.
void watch_answers(llm::Budget& budget, std::function<void()> look);

}  // namespace zopo::run
