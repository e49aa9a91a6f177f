#pragma once
// Key -> payload, durable: SQLite in WAL mode. The store keeps records and does not know what they
// mean. Concurrent puts are committed together by one writer thread. What is committed survives the
// death of any process; it is synced to the disk, and so survives the machine's, within a second
// (waiting for the disk at every commit would halve the calls per second of a fast endpoint).
// Several processes may share one file.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/base/hash.h"

namespace zopo::store {

// All members are thread-safe. Those that can not read the file throw Failure{data}.
class ResponseStore {
 public:
  enum class Mode {
    read_write,  // created when absent; the directory must exist
    read_only,   // nothing is written, not even beside the file
  };
  struct Entry {
    Sha256 key;
    std::string payload;
    // To the second; unknown where an older zopo stored it.
    std::optional<std::chrono::system_clock::time_point> stored_at;
    // It does not match its checksum: not what was stored under key.
    bool damaged = false;
  };
  // clock dates what is put, and outlives the store. Throws Failure{data}: not a response store, a
  // newer schema, unreadable, corrupt (then says how to verify). Read-only, a file in journal mode
  // DELETE (see finalize()) is read in place; one in WAL mode can not be without writing beside it,
  // so a private copy of it and of its log is read: the records of the moment it was opened.
  static std::unique_ptr<ResponseStore> open(const std::filesystem::path& file,
                                             Mode mode,
                                             const Clock& clock = system_clock());

  // Commits what waits and runs its callbacks.
  virtual ~ResponseStore() = default;
  // Whether put() can succeed.
  virtual bool writable() const = 0;
  // The payload of key, if any. A damaged record counts as none: it is reported in the log, and
  // deleted where writable(), so that it can be put again.
  virtual std::optional<std::string> get(const Sha256& key) = 0;
  // Runs reads, which may throw; the get()s in it see one state of the store and are cheaper for
  // it.
  virtual void read_together(const std::function<void()>& reads) { reads(); }
  // Calls done(error message, empty on success) from the writer thread once the record is committed
  // (or can not be). A key that exists keeps its first payload. done must not call back
  // into the store, but for put().
  virtual void put(const Sha256& key,
                   std::string payload,
                   std::function<void(std::string)> done) = 0;
  virtual std::int64_t size() = 0;
  // Every record in key order, damaged ones too, for merging and verification. Stops when visit
  // returns false. visit may use the store.
  virtual void for_each(const std::function<bool(const Entry&)>& visit) = 0;
  // Deletes records and gives their space back. Throws Failure{data} where writable() is false.
  virtual void erase(std::span<const Sha256> keys) = 0;
  // Checks pages, and every record against its checksum; the problems found, each a sentence.
  virtual std::vector<std::string> verify() = 0;
  // Waits for the puts so far, folds the write-ahead log into the file and leaves journal mode
  // DELETE, so that the one file can be copied and opened read-only. Throws Failure{data} when
  // somebody else has it open. The store remains usable.
  virtual void finalize() = 0;
};

}  // namespace zopo::store
