#include "llm/archive.h"

#include <memory>
#include <mutex>
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

void Archive::read_together(const std::function<void()>& reads) {
  std::vector<store::ResponseStore*> stores = stores_.caches;
  if (stores_.run) stores.push_back(stores_.run);
  read_together(stores, reads);
}

void Archive::read_together(std::span<store::ResponseStore* const> stores,
                            const std::function<void()>& reads) {
  if (stores.empty()) return reads();
  stores.front()->read_together([&] { read_together(stores.subspan(1), reads); });
}

void Archive::keep(const Record& record, std::function<void(std::string)> done) {
  std::vector<store::ResponseStore*> targets;
  if (stores_.run) targets.push_back(stores_.run);
  for (store::ResponseStore* const cache : stores_.caches) {
    if (cache->writable()) targets.push_back(cache);
  }
  if (targets.empty()) return done("");
  const auto countdown = std::make_shared<Countdown>(targets.size(), std::move(done));
  for (store::ResponseStore* const target : targets) {
    target->put(record.key, record.payload,
                [countdown](const std::string& error) { countdown->report(error); });
  }
}

}  // namespace zopo::llm
