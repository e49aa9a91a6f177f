// Finds answers in the stores and writes new ones. Called by exchange.cpp and batch.cpp.

#include "llm/archive.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace zopo::llm {
namespace {

// Calls done when as many as expected have reported, with the first error among them.
class Countdown {
 public:
  Countdown(std::size_t expected, std::function<void(std::string)> done)
      : left_(expected), done_(std::move(done)) {}

  void report(const std::string& error) {
    std::unique_lock lock(mutex_);
    if (error_.empty()) error_ = error;
    if (--left_ > 0) return;
    lock.unlock();
    done_(error_);
  }

 private:
  std::mutex mutex_;
  std::size_t left_;
  std::string error_;
  std::function<void(std::string)> done_;
};

// Runs work within together() of every store.
void within(std::span<store::ResponseStore* const> stores,
            void (store::ResponseStore::*together)(const std::function<void()>&),
            const std::function<void()>& work) {
  if (stores.empty()) return work();
  (stores.front()->*together)([&] { within(stores.subspan(1), together, work); });
}

}  // namespace

std::optional<Archive::Found> Archive::find(const Sha256& key) {
  if (stores_.run) {
    if (auto payload = stores_.run->get(key)) return Found{std::move(*payload), true};
  }
  for (store::ResponseStore* const cache : stores_.caches) {
    if (auto payload = cache->get(key)) return Found{std::move(*payload), stores_.run == nullptr};
  }
  return std::nullopt;
}

std::vector<store::ResponseStore*> Archive::all_stores() const {
  std::vector<store::ResponseStore*> stores = stores_.caches;
  if (stores_.run) stores.push_back(stores_.run);
  return stores;
}

void Archive::read_together(const std::function<void()>& reads) {
  within(all_stores(), &store::ResponseStore::read_together, reads);
}

void Archive::keep_together(const std::function<void()>& keeps) {
  within(all_stores(), &store::ResponseStore::put_together, keeps);
}

bool Archive::has_ledger() const { return stores_.run && stores_.run->has_ledger(); }

bool Archive::ends_claims() const {
  return std::any_of(stores_.caches.begin(), stores_.caches.end(),
                     [](const auto* cache) { return cache->has_ledger(); });
}

void Archive::begin(const store::Sending& sending,
                    std::function<void(std::string, std::int64_t)> done) {
  stores_.run->begin(sending, std::move(done));
}

void Archive::end(std::int64_t id, const std::optional<store::Sending>& was) {
  stores_.run->end(id, was);
}

void Archive::keep(const Record& record,
                   const store::Receipt& receipt,
                   std::function<void(std::string)> done) {
  std::vector<store::ResponseStore*> targets;
  if (stores_.run) targets.push_back(stores_.run);
  for (store::ResponseStore* const cache : stores_.caches) {
    if (cache->writable() && !record.of_run_only) targets.push_back(cache);
  }
  if (targets.empty()) return done("");
  const auto countdown = std::make_shared<Countdown>(targets.size(), std::move(done));
  store::Receipt of_run = receipt, of_cache;
  std::swap(of_run.claim_owner, of_cache.claim_owner);
  std::swap(of_run.claim_spent, of_cache.claim_spent);
  for (store::ResponseStore* const target : targets) {
    target->put_with(record.key, record.payload, target == stores_.run ? of_run : of_cache,
                     [countdown](const std::string& error) { countdown->report(error); });
  }
}

}  // namespace zopo::llm
