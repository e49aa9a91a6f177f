#pragma once
// The connection of a store that writes, and the thread that uses it: many puts are one commit.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "store/ledger_sql.h"
#include "store/response_db.h"
#include "zopo/base/clock.h"
#include "zopo/store/response_store.h"

namespace zopo::store {

struct Put {
  Sha256 key;
  std::string payload;
  std::function<void(std::string)> done;
  Receipt receipt = {};
  // Instead of a record: a change to the ledger.
  std::function<void(LedgerSql&)> change = {};
};

class StoreWriter {
 public:
  StoreWriter(const std::filesystem::path& file, const Clock& clock);

  // put.done is called on the writer's thread with "" or why nothing was committed.
  void put(Put put);

  // Runs puts, and as a rule begins no commit before its end.
  void put_together(const std::function<void()>& puts);

  // Runs work(db) when everything put so far is committed and nothing is being committed.
  void when_idle(const std::function<void(SQLite::Database&)>& work);

 private:
  void run(const std::stop_token& stop);
  void await_puts(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void sync_if_due();
  std::string commit(const std::vector<Put>& batch);
  void insert(const std::vector<Put>& batch);
  void settle(const Put& put);

  std::filesystem::path file_;
  const Clock& clock_;
  std::unique_ptr<SQLite::Database> db_;
  SQLite::Statement insert_;                                      // after db_, which it uses
  LedgerSql ledger_;                                              // likewise
  std::optional<ClaimEnder> claims_;                              // likewise; once there are claims
  std::optional<std::chrono::steady_clock::time_point> sync_at_;  // while commits are not synced
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Put> waiting_;
  bool committing_ = false;
  int holders_ = 0;      // threads in put_together()
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace zopo::store
