#pragma once
// Who claims in a store (claims.h), and who of them has ended. No clock is compared with another's:
//
// - On one machine an owner holds a lock for as long as it lives: a byte, found by the hash of its
//   name, of the file STORE-owners (open file description locks, fcntl(2)). The kernel lets go of
//   it however the process ends.
// - From other machines, whose locks may not be seen here, an owner is believed for as long as its
//   beat in the table goes on, watched for 30 s by this process's own monotonic clock.

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zopo/base/clock.h"

namespace zopo::store {

// Not thread-safe. Borrows db and clock.
class Owners {
 public:
  // Makes the table and takes a new owner's lock. Throws Failure{data}.
  Owners(const std::filesystem::path& store, SQLite::Database& db, const Clock& clock);
  ~Owners();
  Owners(const Owners&) = delete;
  Owners& operator=(const Owners&) = delete;

  // Of this object alone: threads of one process do not share claims either.
  const std::string& self() const { return self_; }
  // Whether it is time to beat().
  bool is_beat_due() const;
  // Within a transaction. Cheap when it is not due.
  void beat();
  // Within a transaction: those found to have ended; looks at most once a second.
  std::vector<std::string> ended();
  // Within a transaction.
  void forget(const std::string& owner);

 private:
  struct Seen {
    std::int64_t beat;
    std::chrono::steady_clock::time_point since;
  };
  bool has_ended(const std::string& owner, const std::string& host, std::int64_t beat);

  SQLite::Database& db_;
  const Clock& clock_;
  const std::string host_, self_;
  int locks_ = -1;         // the file STORE-owners
  bool is_locked_ = true;  // false where the file system has no locks: the beat decides
  std::int64_t beats_ = 0;
  std::chrono::steady_clock::time_point beaten_, looked_;
  std::map<std::string, Seen> seen_;  // of other machines
};

// Who claims in the store now, as "process 12 on HOST": whose lock is held.
std::vector<std::string> users_of(const std::filesystem::path& store, SQLite::Database& db);

}  // namespace zopo::store
