// Claims and the common account, as tables of the store's file: every change is one immediate
// transaction, so processes take turns. Called by llm's claim_queue.cpp; the statements that also
// the writer's thread needs are in ledger_sql.cpp, who is alive in owners.cpp.

#include "zopo/store/claims.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "store/ledger_sql.h"
#include "store/owners.h"
#include "store/response_db.h"
#include "zopo/base/error.h"
#include "zopo/base/saturating.h"

namespace zopo::store {
namespace {

using Verdict = Claims::Verdict;

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS claims(key BLOB PRIMARY KEY, owner TEXT, tokens INTEGER, cost INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account(id INTEGER PRIMARY KEY CHECK(id = 1), started INTEGER, calls INTEGER, tokens INTEGER,
  cost INTEGER, call_level REAL, token_level REAL, level_at INTEGER);
INSERT OR IGNORE INTO account VALUES(1, NULL, 0, 0, 0, NULL, NULL, NULL);
)";

// Turner's token bucket, as in zopo/http/rate_limiter.h, kept where all see it.
class SharedBucket {
 public:
  // level: as stored; nothing for a full one.
  SharedBucket(const std::optional<double>& per_minute,
               std::optional<double> level,
               std::int64_t passed_ms)
      : per_ms_(per_minute.value_or(0) / 60'000), capacity_(std::max(1.0, per_ms_ * 1'000)) {
    if (!per_minute) return;
    level_ = std::min(capacity_,
                      level.value_or(capacity_) +
                          per_ms_ * static_cast<double>(std::max<std::int64_t>(0, passed_ms)));
  }
  bool has(double amount) const { return per_ms_ <= 0 || level_ >= std::min(amount, capacity_); }
  void take(double amount) { level_ -= per_ms_ <= 0 ? 0 : amount; }
  double level() const { return level_; }

 private:
  double per_ms_, capacity_, level_ = 0;
};

// The account within one transaction.
struct Account {
  std::int64_t started = 0;
  Claims::Spent spent, reserved;
  SharedBucket calls, tokens;
};

class SqliteClaims final : public Claims {
 public:
  SqliteClaims(const std::filesystem::path& file, const Limits& limits, const Clock& clock)
      : file_(file),
        limits_(limits),
        clock_(clock),
        db_(open_for_writing(file)),
        owners_(file, *db_, clock) {
    in_transaction([&] {
      db_->exec(kTables);
      owners_.beat();
    });
    find_response_.emplace(*db_, "SELECT 1 FROM responses WHERE key = ?");
    find_claim_.emplace(*db_, "SELECT 1 FROM claims WHERE key = ?");
    insert_claim_.emplace(*db_, "INSERT INTO claims VALUES(?, ?, ?, ?)");
    ender_.emplace(*db_);
  }

  ~SqliteClaims() override {
    try {
      in_transaction([&] {
        write_settled();
        forget_owner(owners_.self());
      });
    } catch (const Failure&) {  // that it has ended is seen by others
    }
  }

  const Limits& limits() const override { return limits_; }
  const std::string& owner() const override { return owners_.self(); }

  std::vector<Verdict> claim(std::span<const Wanted> wanted) override {
    const std::lock_guard lock(mutex_);
    std::vector<Verdict> verdicts;
    in_transaction([&] {
      verdicts.clear();  // of an attempt that met a busy file
      write_settled();
      owners_.beat();
      for (const std::string& owner : owners_.ended()) forget_owner(owner);
      Account account = read_account();
      for (const Wanted& one : wanted) verdicts.push_back(claim_one(one, account));
      write_account(account);
    });
    settled_.clear();
    return verdicts;
  }

  void settle(const Sha256& key, const Spent& spent) override {
    const std::lock_guard lock(mutex_);
    settled_.emplace_back(key, spent);
  }

  void flush() override {
    const std::lock_guard lock(mutex_);
    if (settled_.empty()) return;
    in_transaction([&] { write_settled(); });
    settled_.clear();
  }

  void renew() override {
    const std::lock_guard lock(mutex_);
    if (!owners_.is_beat_due()) return;
    in_transaction([&] {
      write_settled();
      owners_.beat();
    });
    settled_.clear();
  }

 private:
  template <class Work>
  void in_transaction(Work work) {
    patiently(file_, [&] {
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      work();
      transaction.commit();
    });
  }

  std::int64_t wall_ms() const {
    return std::chrono::duration_cast<Milliseconds>(clock_.wall_now().time_since_epoch()).count();
  }

  static void bind(SQLite::Statement& statement, int at, const Sha256& key) {
    statement.bind(at, static_cast<const void*>(key.data()), static_cast<int>(key.size()));
  }
  template <class Value>
  static void bind(SQLite::Statement& statement, int at, const Value& value) {
    statement.bind(at, value);
  }
  template <class... Values>
  SQLite::Statement prepared(const char* query, const Values&... values) {
    SQLite::Statement statement(*db_, query);
    int at = 0;
    (bind(statement, ++at, values), ...);
    return statement;
  }
  template <class... Values>
  void run(const char* query, const Values&... values) {
    prepared(query, values...).exec();
  }

  // The statements of every call are prepared once.
  template <class... Values>
  static bool step(SQLite::Statement& statement, const Values&... values) {
    statement.reset();
    int at = 0;
    (bind(statement, ++at, values), ...);
    const bool is_row = statement.executeStep();
    statement.reset();
    return is_row;
  }

  void write_settled() {
    for (const auto& [key, spent] : settled_) ender_->end(key, owners_.self(), spent);
  }

  // Nobody knows what became of what it was still asking for: that counts as spent at its bound.
  void forget_owner(const std::string& owner) {
    run("UPDATE account SET calls = calls + (SELECT count(*) FROM claims WHERE owner = ?), "
        "tokens = tokens + (SELECT CAST(total(tokens) AS INTEGER) FROM claims WHERE owner = ?), "
        "cost = cost + (SELECT CAST(total(cost) AS INTEGER) FROM claims WHERE owner = ?)",
        owner, owner, owner);
    run("DELETE FROM claims WHERE owner = ?", owner);
    owners_.forget(owner);
  }

  bool has_limits() const {
    return limits_.calls || limits_.tokens || limits_.cost || limits_.seconds ||
           limits_.calls_per_minute || limits_.tokens_per_minute;
  }

  Account read_account() {
    const std::int64_t now = wall_ms();
    Account account{now, {}, {}, {{}, {}, 0}, {{}, {}, 0}};
    if (!has_limits()) return account;
    SQLite::Statement row = prepared(
        "SELECT started, calls, tokens, cost, call_level, token_level, level_at FROM account");
    row.executeStep();
    const auto level = [&](int column) {
      return row.getColumn(column).isNull() ? std::nullopt
                                            : std::optional(row.getColumn(column).getDouble());
    };
    if (!row.getColumn(0).isNull()) account.started = row.getColumn(0).getInt64();
    account.spent = {row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                     row.getColumn(3).getInt64()};
    const std::int64_t passed = row.getColumn(6).isNull() ? 0 : now - row.getColumn(6).getInt64();
    account.calls = {limits_.calls_per_minute, level(4), passed};
    account.tokens = {limits_.tokens_per_minute, level(5), passed};
    row.reset();
    SQLite::Statement sums = prepared("SELECT count(*), total(tokens), total(cost) FROM claims");
    sums.executeStep();
    account.reserved = {sums.getColumn(0).getInt64(), sums.getColumn(1).getInt64(),
                        sums.getColumn(2).getInt64()};
    return account;
  }

  void write_account(const Account& account) {
    if (!has_limits()) return;
    run("UPDATE account SET started = ?, call_level = ?, token_level = ?, level_at = ?",
        account.started, account.calls.level(), account.tokens.level(), wall_ms());
  }

  Verdict claim_one(const Wanted& wanted, Account& account) {
    if (step(*find_response_, wanted.key)) return Verdict::stored;
    if (step(*find_claim_, wanted.key)) return Verdict::held;
    const Verdict verdict = held_by_limits(wanted, account);
    if (verdict != Verdict::granted) return verdict;
    step(*insert_claim_, wanted.key, owners_.self(), wanted.tokens, wanted.cost);
    account.reserved.calls += 1;
    account.reserved.tokens = saturated_sum(account.reserved.tokens, wanted.tokens);
    account.reserved.cost = saturated_sum(account.reserved.cost, wanted.cost);
    account.calls.take(1);
    account.tokens.take(static_cast<double>(wanted.tokens));
    return Verdict::granted;
  }

  Verdict held_by_limits(const Wanted& wanted, const Account& account) const {
    if (limits_.seconds &&
        static_cast<double>(wall_ms() - account.started) > *limits_.seconds * 1e3)
      return Verdict::over_seconds;
    // What is claimed may come to less.
    const auto over = [&](const std::optional<std::int64_t>& limit, std::int64_t spent,
                          std::int64_t reserved, std::int64_t more, Verdict verdict) {
      if (!limit || saturated_sum(saturated_sum(spent, reserved), more) <= *limit)
        return Verdict::granted;
      return reserved > 0 ? Verdict::later : verdict;
    };
    const Claims::Spent &spent = account.spent, &reserved = account.reserved;
    for (const Verdict verdict :
         {over(limits_.calls, spent.calls, reserved.calls, 1, Verdict::over_calls),
          over(limits_.tokens, spent.tokens, reserved.tokens, wanted.tokens, Verdict::over_tokens),
          over(limits_.cost, spent.cost, reserved.cost, wanted.cost, Verdict::over_cost)}) {
      if (verdict != Verdict::granted) return verdict;
    }
    const bool is_in_time =
        account.calls.has(1) && account.tokens.has(static_cast<double>(wanted.tokens));
    return is_in_time ? Verdict::granted : Verdict::later;
  }

  const std::filesystem::path file_;
  const Limits limits_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unique_ptr<SQLite::Database> db_;
  Owners owners_;
  std::optional<SQLite::Statement> find_response_, find_claim_, insert_claim_;
  std::optional<ClaimEnder> ender_;
  std::vector<std::pair<Sha256, Spent>> settled_;  // not yet written
};

}  // namespace

std::unique_ptr<Claims> Claims::open(const std::filesystem::path& file,
                                     const Limits& limits,
                                     const Clock& clock) {
  return patiently(file, [&] { return std::make_unique<SqliteClaims>(file, limits, clock); });
}

std::vector<std::string> users_of_store(const std::filesystem::path& file) {
  const auto db = open_without_writing(file);
  return patiently(file, [&] { return users_of(file, *db); });
}

}  // namespace zopo::store
