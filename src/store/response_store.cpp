// The SQLite file behind a store: reads on one connection; what is written goes to StoreWriter.
#include "zopo/store/response_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "store/response_db.h"
#include "store/store_writer.h"
#include "zopo/base/error.h"
#include "zopo/base/log.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;

std::string text_of(const SQLite::Column& column) {
  const int size = column.getBytes();
  return size == 0 ? std::string()
                   : std::string(static_cast<const char*>(column.getBlob()),
                                 static_cast<std::size_t>(size));
}

using Seconds = std::chrono::seconds;

class SqliteResponseStore final : public ResponseStore {
 public:
  SqliteResponseStore(const fs::path& file, Mode mode, const Clock& clock) : file_(file) {
    if (mode == Mode::read_write) writer_ = std::make_unique<StoreWriter>(file, clock);
    reader_ = writer_ ? open_for_reading(file) : open_without_writing(file);
    has_checksums_ = patiently(file_, [&] { return has_checksums(*reader_); });
  }

  bool writable() const override { return writer_ != nullptr; }

  std::optional<std::string> get(const Sha256& key) override {
    const std::lock_guard lock(reader_mutex_);
    std::optional<ResponseStore::Entry> found = patiently(file_, [&] { return find(key); });
    if (!found) return std::nullopt;
    if (!found->damaged) return std::move(found->payload);
    drop(key);
    return std::nullopt;
  }

  // After every commit of another connection a read begins with an empty page cache.
  void read_together(const std::function<void()>& reads) override {
    std::unique_lock lock(reader_mutex_);
    SQLite::Transaction transaction(*reader_);  // nothing is locked before the first read
    lock.unlock();
    reads();
    lock.lock();
    transaction.commit();
  }

  void put(const Sha256& key, std::string payload, std::function<void(std::string)> done) override {
    if (!writer_) return done(file_.string() + " was opened read-only.");
    writer_->put({key, std::move(payload), std::move(done)});
  }

  void put_with(const Sha256& key,
                std::string payload,
                const Receipt& receipt,
                std::function<void(std::string)> done) override {
    if (!writer_) return done(file_.string() + " was opened read-only.");
    writer_->put({key, std::move(payload), std::move(done), receipt});
  }

  void put_together(const std::function<void()>& puts) override {
    if (!writer_) return puts();
    writer_->put_together(puts);
  }

  bool has_ledger() const override { return writable(); }

  void begin(const Sending& sending, std::function<void(std::string, std::int64_t)> done) override {
    if (!writer_) return done(file_.string() + " was opened read-only.", 0);
    const auto id = std::make_shared<std::int64_t>(0);
    writer_->put(
        {.key = sending.key,
         .payload = {},
         .done = [id, done = std::move(done)](const std::string& error) { done(error, *id); },
         .change = [id, sending](LedgerSql& ledger) { *id = ledger.begin(sending); }});
  }

  void end(std::int64_t id, const std::optional<Sending>& was) override {
    if (!writer_) return;
    writer_->put({.key = {},
                  .payload = {},
                  .done = [](const std::string&) {},
                  .change =
                      [id, was](LedgerSql& ledger) {
                        if (was)
                          ledger.set(id, was->state, was->cost);
                        else
                          ledger.forget(id);
                      }});
  }

  std::vector<Sending> sendings() override {
    const std::lock_guard lock(reader_mutex_);
    return patiently(file_, [&] { return read_sendings(*reader_); });
  }

  std::map<std::string, Cost> answered() override {
    const std::lock_guard lock(reader_mutex_);
    return patiently(file_, [&] { return read_answered(*reader_); });
  }

  std::int64_t size() override {
    const std::lock_guard lock(reader_mutex_);
    return patiently(file_, [&]() -> std::int64_t {
      return reader_->execAndGet("SELECT count(*) FROM responses").getInt64();
    });
  }

  void for_each(const std::function<bool(const Entry&)>& visit) override {
    for (std::vector<Entry> page = page_after(nullptr); !page.empty();
         page = page_after(&page.back().key)) {
      for (const Entry& entry : page) {
        if (!visit(entry)) return;
      }
    }
  }

  void erase(std::span<const Sha256> keys) override {
    if (!writer_) throw Failure(ErrorKind::data, file_.string() + " was opened read-only.");
    const std::lock_guard lock(reader_mutex_);
    writer_->when_idle([&](SQLite::Database& db) {
      patiently(file_, [&] {
        delete_records(db, keys);
        db.exec("VACUUM");
      });
    });
  }

  std::vector<std::string> verify() override {
    std::vector<std::string> problems = verify_pages();
    for_each([&](const Entry& entry) {
      if (entry.damaged)
        problems.push_back("The record " + to_hex(entry.key) + " does not match its checksum.");
      return true;
    });
    return problems;
  }

  void finalize() override {
    if (!writer_) throw Failure(ErrorKind::data, file_.string() + " was opened read-only.");
    const std::lock_guard lock(reader_mutex_);
    finder_.reset();
    reader_.reset();
    std::string problem;
    writer_->when_idle([&](SQLite::Database& db) { problem = leave_wal_mode(db); });
    reader_ = open_for_reading(file_);
    if (!problem.empty()) throw Failure(ErrorKind::data, problem);
  }

 private:
  std::vector<std::string> verify_pages() {
    const std::lock_guard lock(reader_mutex_);
    return patiently(file_, [&] {
      std::vector<std::string> problems;
      collect("PRAGMA integrity_check", problems);
      std::erase(problems, "ok");
      collect(
          "SELECT 'The record ' || hex(key) || ' has a key that is not 32 bytes long.' FROM "
          "responses WHERE typeof(key) <> 'blob' OR length(key) <> 32",
          problems);
      collect(
          "SELECT 'The record ' || hex(key) || ' has no payload.' FROM responses WHERE "
          "typeof(payload) <> 'blob' OR length(payload) = 0",
          problems);
      return problems;
    });
  }

  std::optional<Entry> find(const Sha256& key) {
    SQLite::Statement& query = finder();
    query.reset();
    query.bindNoCopy(1, key.data(), static_cast<int>(key.size()));
    if (!query.executeStep()) return std::nullopt;
    Entry entry = entry_of(query);
    query.reset();  // ends the read, which would hold the log back
    entry.damaged = entry.damaged || entry.key != key;
    return entry;
  }

  // reader_mutex_ is held.
  void drop(const Sha256& key) {
    if (!dropped_.insert(key).second) return;  // a reader may still see what is deleted
    log_warn(
        "{}: the record {} was damaged after it was stored (its checksum does not match) and "
        "counts as not stored. `zopo cache verify {}` finds all damage.",
        file_.string(), to_hex(key), file_.string());
    if (!writer_) return;
    writer_->when_idle([&](SQLite::Database& db) {
      patiently(file_, [&] { delete_records(db, {&key, 1}); });
    });
  }

  static void delete_records(SQLite::Database& db, std::span<const Sha256> keys) {
    SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement statement(db, "DELETE FROM responses WHERE key = ?");
    for (const Sha256& key : keys) {
      statement.bindNoCopy(1, key.data(), static_cast<int>(key.size()));
      statement.exec();
      statement.reset();
    }
    transaction.commit();
  }

  // "" or why not.
  std::string leave_wal_mode(SQLite::Database& db) const {
    try {
      if (db.execAndGet("PRAGMA journal_mode = DELETE").getString() == "delete") return "";
    } catch (const SQLite::Exception& error) {
      if (!is_busy(error)) return explain(error, file_);
    }
    return file_.string() +
           " is open in another process, so it cannot be finished. Close that first.";
  }

  SQLite::Statement& finder() {
    if (!finder_) {
      finder_ = std::make_unique<SQLite::Statement>(*reader_, select_entry() + " WHERE key = ?");
    }
    return *finder_;
  }

  std::string select_entry() const {
    return std::string("SELECT key, payload, ") +
           (has_checksums_ ? "stored_at, checksum" : "NULL, NULL") + " FROM responses";
  }

  // Pages keep memory flat and leave the connection to others in between.
  std::vector<Entry> page_after(const Sha256* last) {
    const std::lock_guard lock(reader_mutex_);
    return patiently(file_, [&] {
      SQLite::Statement query(*reader_, select_entry() +
                                            " WHERE key > ? AND length(key) = 32 "
                                            "ORDER BY key LIMIT 256");
      const std::string_view after =
          last ? std::string_view(reinterpret_cast<const char*>(last->data()), last->size()) : "";
      query.bindNoCopy(1, static_cast<const void*>(after.data()), static_cast<int>(after.size()));
      std::vector<Entry> page;
      while (query.executeStep()) page.push_back(entry_of(query));
      return page;
    });
  }

  // A record without a checksum is one that an older zopo stored.
  static Entry entry_of(SQLite::Statement& query) {
    Entry entry;
    const std::string key = text_of(query.getColumn(0));
    std::copy_n(key.begin(), std::min(key.size(), entry.key.size()), entry.key.begin());
    entry.payload = text_of(query.getColumn(1));
    if (!query.getColumn(2).isNull()) {
      entry.stored_at =
          std::chrono::system_clock::time_point(Seconds(query.getColumn(2).getInt64()));
    }
    entry.damaged = !query.getColumn(3).isNull() &&
                    text_of(query.getColumn(3)) != checksum_of(entry.key, entry.payload);
    return entry;
  }

  void collect(const char* query, std::vector<std::string>& problems) {
    SQLite::Statement statement(*reader_, query);
    while (statement.executeStep()) problems.push_back(statement.getColumn(0).getString());
  }

  fs::path file_;
  bool has_checksums_ = false;
  std::unique_ptr<StoreWriter> writer_;
  std::mutex reader_mutex_;
  std::unique_ptr<SQLite::Database> reader_;
  std::unique_ptr<SQLite::Statement> finder_;  // after reader_, which it uses
  std::set<Sha256> dropped_;
};

}  // namespace

std::unique_ptr<ResponseStore> ResponseStore::open(const fs::path& file,
                                                   Mode mode,
                                                   const Clock& clock) {
  return patiently(file, [&] { return std::make_unique<SqliteResponseStore>(file, mode, clock); });
}

}  // namespace zopo::store
