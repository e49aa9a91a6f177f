#pragma once
// The sealed test is read once: manifest.json says for which winner, so that a run that is gone on
// with can neither choose another one nor read the test for it without saying so.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "zopo/settings/settings.h"

namespace zopo::run {

class SealedTest {
 public:
  // manifest: of the run, or null for a new one. search_calls: as planned before anything is sent.
  SealedTest(const nlohmann::json& manifest,
             const settings::BudgetSettings& budget,
             std::int64_t search_calls,
             bool may_reopen);

  // Before anything is sent: throws Failure{usage} where the test was read and the search would now
  // go on beyond what was known then.
  void require_same_search(const std::filesystem::path& run) const;
  // Before the test is asked for a winner: throws Failure{usage} where it was read for another.
  // True when this is a reading that the manifest does not know yet. search_was_cut: by a cap.
  bool open(const std::string& winner, bool search_was_cut, const std::filesystem::path& run);
  // The last reading brought no answer, so it was none.
  void take_back();

  std::int64_t readings() const { return static_cast<std::int64_t>(readings_.size()); }
  // For the manifest, by kKey; null where there is none.
  const nlohmann::json& to_json() const { return readings_; }
  static constexpr const char* kKey = "test_readings";

 private:
  nlohmann::json readings_;  // {winner, search_calls, cut, caps} each
  const nlohmann::json caps_;
  const bool in_seconds_;
  const std::int64_t search_calls_;
  const bool may_reopen_;
};

}  // namespace zopo::run
