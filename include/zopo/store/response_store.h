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
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/base/hash.h"
#include "zopo/store/ledger.h"

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
  // The same, and in the same transaction what the answer ends.
  virtual void put_with(const Sha256& key,
                        std::string payload,
                        const Receipt& receipt,
                        std::function<void(std::string)> done) {
    static_cast<void>(receipt);
    put(key, std::move(payload), std::move(done));
  }
  // Runs puts; as a rule what is put in it is committed together, after it. No other member but
  // put() and put_with() may be called in it.
  virtual void put_together(const std::function<void()>& puts) { puts(); }
  // Whether the next two do anything, and put_with() ends what its receipt says.
  virtual bool has_ledger() const { return false; }
  // Remembers what is about to leave: done(error message, id) once that is committed, from the
  // writer thread. A store without a ledger says 0.
  virtual void begin(const Sending& sending, std::function<void(std::string, std::int64_t)> done) {
    static_cast<void>(sending);
    const auto tell = std::move(done);
    tell("", 0);
  }
  // What became of it, where no answer is put: nothing means that it cost nothing and is forgotten.
  // Committed in its turn; what is lost with the process still stands in the ledger at its bound.
  virtual void end(std::int64_t id, const std::optional<Sending>& was) {
    static_cast<void>(id);
    static_cast<void>(was);
  }
  // All that has no answer, of this process, too.
  virtual std::vector<Sending> sendings() { return {}; }
  // What all the answers came to, by role, as their receipts said.
  virtual std::map<std::string, Cost> answered() { return {}; }
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
