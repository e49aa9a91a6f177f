// Puts wait in a queue; the thread takes all that waits and commits it as one transaction.
#include "store/store_writer.h"

#include <chrono>
#include <map>
#include <utility>

#include "zopo/base/error.h"

namespace zopo::store {
namespace {

using Seconds = std::chrono::seconds;

// How long a commit may lie in the log before the disk is told to keep it.
constexpr Seconds kSyncEvery{1};

}  // namespace

StoreWriter::StoreWriter(const std::filesystem::path& file, const Clock& clock)
    : file_(file),
      clock_(clock),
      db_(open_for_writing(file)),
      insert_(*db_,
              "INSERT OR IGNORE INTO responses(key, payload, stored_at, checksum) VALUES(?, ?, "
              "?, ?)"),
      ledger_(*db_),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void StoreWriter::put(Put put) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    wakes = waiting_.empty() && holders_ == 0;
    waiting_.push_back(std::move(put));
  }
  if (wakes) changed_.notify_all();  // the writer takes all that waits
}

void StoreWriter::put_together(const std::function<void()>& puts) {
  struct Hold {
    explicit Hold(StoreWriter& of) : writer(of) {
      const std::lock_guard lock(writer.mutex_);
      ++writer.holders_;
    }
    ~Hold() {
      const std::lock_guard lock(writer.mutex_);
      if (--writer.holders_ == 0 && !writer.waiting_.empty()) writer.changed_.notify_all();
    }
    StoreWriter& writer;
  } const hold(*this);
  puts();
}

void StoreWriter::when_idle(const std::function<void(SQLite::Database&)>& work) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !committing_; });
  work(*db_);
}

void StoreWriter::run(const std::stop_token& stop) {
  std::vector<Put> batch;
  std::unique_lock lock(mutex_);
  while (true) {
    await_puts(lock, stop);
    if (waiting_.empty() && stop.stop_requested()) return;  // closing the file syncs it
    batch.swap(waiting_);                                   // both keep their memory
    committing_ = true;
    lock.unlock();
    const std::string error = commit(batch);
    for (Put& put : batch) put.done(error);
    batch.clear();  // callbacks may own things; let go of them before anybody is told
    sync_if_due();
    lock.lock();
    committing_ = false;
    changed_.notify_all();
  }
}

// Until there are puts, the log is to be synced, or the end.
void StoreWriter::await_puts(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  const auto have_come = [this] { return !waiting_.empty() && holders_ == 0; };
  if (sync_at_) {
    changed_.wait_until(lock, stop, *sync_at_, have_come);
  } else {
    changed_.wait(lock, stop, have_come);
  }
}

// A checkpoint begins with an fsync of the log, so it makes all commits before it outlast the
// machine's end as well as the process's.
void StoreWriter::sync_if_due() {
  if (!sync_at_ || std::chrono::steady_clock::now() < *sync_at_) return;
  sync_at_.reset();
  try {
    db_->exec("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const SQLite::Exception&) {  // the next commit meets what is wrong and reports it
  }
}

// "" or why the batch is not committed.
std::string StoreWriter::commit(const std::vector<Put>& batch) {
  if (batch.empty()) return "";
  try {
    patiently(file_, [&] { insert(batch); });
    if (!sync_at_) sync_at_ = std::chrono::steady_clock::now() + kSyncEvery;
    return "";
  } catch (const Failure& failure) {
    return failure.what();
  }
}

void StoreWriter::insert(const std::vector<Put>& batch) {
  insert_.tryReset();  // of an attempt that failed
  SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
  const auto now = std::chrono::floor<Seconds>(clock_.wall_now()).time_since_epoch().count();
  std::map<std::string, Cost> answered;  // by role
  for (const Put& put : batch) {
    if (put.change) {
      put.change(ledger_);
      continue;
    }
    settle(put);
    if (!put.receipt.role.empty()) answered[put.receipt.role] += put.receipt.cost;
    insert_.bindNoCopy(1, put.key.data(), static_cast<int>(put.key.size()));
    insert_.bindNoCopy(2, put.payload.data(), static_cast<int>(put.payload.size()));
    insert_.bind(3, static_cast<std::int64_t>(now));
    const std::string checksum = checksum_of(put.key, put.payload);
    insert_.bindNoCopy(4, checksum.data(), static_cast<int>(checksum.size()));
    insert_.exec();
    insert_.reset();
  }
  for (const auto& [role, cost] : answered) ledger_.add(role, cost);
  transaction.commit();
}

// What the answer ends, but for the sum of its role.
void StoreWriter::settle(const Put& put) {
  for (const std::int64_t id : put.receipt.sendings) ledger_.forget(id);
  if (put.receipt.claim_owner.empty()) return;
  if (!claims_) claims_.emplace(*db_);
  claims_->end(put.key, put.receipt.claim_owner, put.receipt.claim_spent);
}

}  // namespace zopo::store
