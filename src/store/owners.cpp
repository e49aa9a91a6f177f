// Says which processes that claim in a store have ended, by their locks and beats. Called by
// claims.cpp, and by `zopo cache` for who uses a store.

#include "store/owners.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/base/hash.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr Milliseconds kBelieved{30'000};
constexpr Milliseconds kBeatEvery{10'000};
constexpr Milliseconds kLookEvery{1'000};

// The last column was once a date; only that it changes matters.
constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS claim_owners(owner TEXT PRIMARY KEY, host TEXT, pid INTEGER, "
    "until INTEGER) WITHOUT ROWID";

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);  // an empty name only means that beats decide
  return name;
}

std::string new_owner(const std::string& host, const Clock& clock) {
  static std::atomic<std::uint64_t> count{0};
  const auto now =
      std::chrono::duration_cast<Milliseconds>(clock.wall_now().time_since_epoch()).count();
  return fmt::format("{}-{}-{}-{}", host, getpid(), now, count++);
}

fs::path locks_of(const fs::path& store) { return store.string() + "-owners"; }

// Where the owner's byte lies: 62 bits of the hash of its name.
struct flock byte_of(const std::string& owner) {
  const Sha256 hash = sha256(owner);
  std::uint64_t at = 0;
  for (int i = 0; i < 8; ++i) at = at << 8 | hash[static_cast<std::size_t>(i)];
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(at >> 2);
  range.l_len = 1;
  return range;
}

bool take_lock(int file, const std::string& owner) {
  struct flock range = byte_of(owner);
  return fcntl(file, F_OFD_SETLK, &range) == 0;
}

bool is_lock_held(int file, const std::string& owner) {
  struct flock range = byte_of(owner);
  return fcntl(file, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

}  // namespace

Owners::Owners(const fs::path& store, SQLite::Database& db, const Clock& clock)
    : db_(db),
      clock_(clock),
      host_(host_name()),
      self_(new_owner(host_, clock)),
      locks_(open(locks_of(store).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (locks_ < 0) {
    throw Failure(ErrorKind::data, fmt::format("Cannot write {}: {}. Check that its folder may be "
                                               "written.",
                                               locks_of(store).string(), std::strerror(errno)));
  }
  is_locked_ = take_lock(locks_, self_);
}

Owners::~Owners() { close(locks_); }

bool Owners::is_beat_due() const { return beats_ == 0 || clock_.now() >= beaten_ + kBeatEvery; }

void Owners::beat() {
  if (!is_beat_due()) return;
  if (beats_ == 0) db_.exec(kTable);
  SQLite::Statement row(db_, "INSERT OR REPLACE INTO claim_owners VALUES(?, ?, ?, ?)");
  row.bind(1, self_);
  row.bind(2, is_locked_ ? host_ : "");
  row.bind(3, static_cast<std::int64_t>(getpid()));
  row.bind(4, ++beats_);
  row.exec();
  beaten_ = clock_.now();
}

bool Owners::has_ended(const std::string& owner, const std::string& host, std::int64_t beat) {
  if (is_lock_held(locks_, owner)) return false;
  // Without a lock where locks are seen, it has ended; elsewhere its beats have to tell.
  if (host == host_ && !host.empty()) return true;
  const TimePoint now = clock_.now();
  Seen& seen = seen_.try_emplace(owner, Seen{beat, now}).first->second;
  if (seen.beat != beat) seen = {beat, now};
  return now >= seen.since + kBelieved;
}

std::vector<std::string> Owners::ended() {
  const TimePoint now = clock_.now();
  if (looked_ != TimePoint() && now < looked_ + kLookEvery) return {};
  looked_ = now;
  std::vector<std::string> gone;
  SQLite::Statement owners(db_, "SELECT owner, host, until FROM claim_owners");
  while (owners.executeStep()) {
    const std::string owner = owners.getColumn(0);
    if (owner != self_ && has_ended(owner, owners.getColumn(1), owners.getColumn(2).getInt64()))
      gone.push_back(owner);
  }
  return gone;
}

void Owners::forget(const std::string& owner) {
  SQLite::Statement row(db_, "DELETE FROM claim_owners WHERE owner = ?");
  row.bind(1, owner);
  row.exec();
  seen_.erase(owner);
}

std::vector<std::string> users_of(const fs::path& store, SQLite::Database& db) {
  if (!db.tableExists("claim_owners")) return {};
  const int locks = open(locks_of(store).c_str(), O_RDWR | O_CLOEXEC);
  if (locks < 0) return {};
  std::vector<std::string> users;
  SQLite::Statement owners(db, "SELECT owner, host, pid FROM claim_owners");
  while (owners.executeStep()) {
    if (!is_lock_held(locks, owners.getColumn(0))) continue;
    users.push_back(fmt::format("process {} on {}", owners.getColumn(2).getInt64(),
                                owners.getColumn(1).getString()));
  }
  close(locks);
  return users;
}

}  // namespace zopo::store
