#include "run/activity.h"

namespace zopo::run {

std::string Activity::now(const std::map<std::string, llm::Spending>& by_role,
                          const std::string& stage) {
  std::string grown;
  int roles = 0;
  for (const auto& [role, spending] : by_role) {
    std::int64_t& before = seen_[role];
    const std::int64_t calls = spending.charged().calls;
    if (calls != before) {
      grown = role;
      ++roles;
    }
    before = calls;
  }
  return roles == 1 && (grown == "write" || grown == "reflect") ? grown : stage;
}

}  // namespace zopo::run
