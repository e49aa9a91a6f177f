#pragma once
// What a search is doing just now, for whoever watches it: asking, writing or reflecting.

#include <cstdint>
#include <map>
#include <string>

#include "zopo/llm/budget.h"

namespace zopo::run {

class Activity {
 public:
  // "write" or "reflect" where all that was settled since the last call were such; else stage.
  std::string now(const std::map<std::string, llm::Spending>& by_role, const std::string& stage);

 private:
  std::map<std::string, std::int64_t> seen_;  // calls of a role
};

}  // namespace zopo::run
