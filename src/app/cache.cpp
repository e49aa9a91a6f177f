#include "zopo/app/cache.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "zopo/base/error.h"
#include "zopo/llm/stored_payload.h"
#include "zopo/store/claims.h"
#include "zopo/store/response_store.h"
#include "zopo/store/run_lock.h"

namespace zopo::app {
namespace {

using store::ResponseStore;
using Mode = ResponseStore::Mode;

std::int64_t size_of(const std::filesystem::path& file) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(file, absent);
  return absent ? 0 : static_cast<std::int64_t>(size);
}

void count_date(const ResponseStore::Entry& entry, CacheStats& stats) {
  if (!entry.stored_at) {
    ++stats.undated;
    return;
  }
  stats.oldest = std::min(stats.oldest.value_or(*entry.stored_at), *entry.stored_at);
  stats.newest = std::max(stats.newest.value_or(*entry.stored_at), *entry.stored_at);
}

bool is_unwanted(const ResponseStore::Entry& entry,
                 const PruneOptions& options,
                 std::chrono::system_clock::time_point now) {
  if (options.older_than_days) {
    if (!entry.stored_at) return false;
    const std::chrono::duration<double> age = now - *entry.stored_at;
    if (age.count() <= *options.older_than_days * 86'400) return false;
  }
  return !options.model || llm::describe_payload(entry.payload).model == *options.model;
}

// Answers that a run counts on would be paid again.
void refuse_in_use(const std::filesystem::path& file) {
  const std::vector<std::string> users = store::users_of_store(file);
  if (users.empty()) return;
  throw Failure(ErrorKind::usage,
                fmt::format("{} is in use by {}. Nothing was removed. Wait until no run uses it.",
                            file.string(), fmt::join(users, ", ")));
}

std::filesystem::path store_of(const std::filesystem::path& path) {
  return std::filesystem::is_directory(path) ? path / "responses.db" : path;
}

}  // namespace

CacheStats cache_stats(const std::filesystem::path& path) {
  const std::filesystem::path file = store_of(path);
  CacheStats stats;
  stats.bytes = size_of(file) + size_of(file.string() + "-wal");
  ResponseStore::open(file, Mode::read_only)->for_each([&](const ResponseStore::Entry& entry) {
    ++stats.records;
    llm::PayloadDescription payload = llm::describe_payload(entry.payload);
    if (entry.damaged) payload = {};
    stats.embeddings += payload.kind == llm::PayloadKind::embedding;
    stats.unreadable += payload.kind == llm::PayloadKind::unreadable;
    if (payload.kind == llm::PayloadKind::answer) ++stats.answers_by_model[payload.model];
    count_date(entry, stats);
    return true;
  });
  return stats;
}

PruneReport prune_cache(const std::filesystem::path& path,
                        const PruneOptions& options,
                        const Clock& clock) {
  if (!options.older_than_days && !options.model) {
    throw Failure(ErrorKind::usage,
                  "Nothing says what to prune. Give --older-than DAYS, --model NAME, or both.");
  }
  const std::filesystem::path file = store_of(path);
  ResponseStore::open(file, Mode::read_only);  // opening for writing would create it
  refuse_in_use(file);
  std::optional<store::RunLock> lock;
  if (file != path) lock.emplace(path);
  const auto store = ResponseStore::open(file, Mode::read_write, clock);
  std::vector<Sha256> unwanted;
  store->for_each([&](const ResponseStore::Entry& entry) {
    if (is_unwanted(entry, options, clock.wall_now())) unwanted.push_back(entry.key);
    return true;
  });
  store->erase(unwanted);
  return {static_cast<std::int64_t>(unwanted.size()), store->size()};
}

std::vector<std::string> verify_cache(const std::filesystem::path& path) {
  const auto store = ResponseStore::open(store_of(path), Mode::read_only);
  std::vector<std::string> problems = store->verify();
  store->for_each([&](const ResponseStore::Entry& entry) {
    if (!entry.damaged &&
        llm::describe_payload(entry.payload).kind == llm::PayloadKind::unreadable) {
      problems.push_back("The record " + to_hex(entry.key) +
                         " is neither an answer nor an embedding.");
    }
    return true;
  });
  return problems;
}

}  // namespace zopo::app
