#include "run/sealed_test.h"

#include <fmt/format.h>

#include "zopo/base/error.h"
#include "zopo/base/hash.h"

namespace zopo::run {
namespace {

using nlohmann::json;

template <class Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json caps_of(const settings::BudgetSettings& budget) {
  return {or_null(budget.calls), or_null(budget.tokens), or_null(budget.usd),
          or_null(budget.seconds)};
}

[[noreturn]] void refuse_reading(const std::filesystem::path& run) {
  throw Failure(
      ErrorKind::usage,
      fmt::format("{}: its sealed test was read, so its winner is final, and the search cannot go "
                  "on. Run it as it was; or search on and read the test again by --reopen-test, "
                  "which the result will say.",
                  run.string()));
}

}  // namespace

SealedTest::SealedTest(const json& manifest,
                       const settings::BudgetSettings& budget,
                       std::int64_t search_calls,
                       bool may_reopen)
    : readings_(json::array()),
      caps_(caps_of(budget)),
      in_seconds_(budget.seconds.has_value()),
      search_calls_(search_calls),
      may_reopen_(may_reopen) {
  if (!manifest.is_object() || !manifest.contains(kKey) || !manifest[kKey].is_array()) return;
  for (const json& reading : manifest[kKey]) {
    if (reading.is_object()) readings_.push_back(reading);
  }
}

void SealedTest::require_same_search(const std::filesystem::path& run) const {
  if (readings_.empty() || may_reopen_) return;
  const json& last = readings_.back();
  const bool was_cut = last.value("cut", json()) == true;
  // A cap in seconds ends every part of a run elsewhere.
  const bool goes_on = was_cut && (in_seconds_ || last.value("caps", json()) != caps_);
  if (goes_on || last.value("search_calls", json()) != search_calls_) refuse_reading(run);
}

bool SealedTest::open(const std::string& winner,
                      bool search_was_cut,
                      const std::filesystem::path& run) {
  const std::string hash = sha256_hex(winner).substr(0, 16);
  const bool is_new = readings_.empty() || readings_.back().value("winner", json()) != hash;
  if (is_new && !readings_.empty() && !may_reopen_) refuse_reading(run);
  json reading = {
      {"winner", hash}, {"search_calls", search_calls_}, {"cut", search_was_cut}, {"caps", caps_}};
  if (!is_new) readings_.erase(readings_.size() - 1);  // the search behind it may be longer now
  readings_.push_back(std::move(reading));
  return is_new;
}

void SealedTest::take_back() { readings_.erase(readings_.size() - 1); }

}  // namespace zopo::run
