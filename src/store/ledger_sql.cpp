// The SQL behind ledger.h and the end of a claim. Called by store_writer.cpp and claims.cpp within
// their transactions, by response_store.cpp to read.

#include "store/ledger_sql.h"

#include <algorithm>
#include <utility>

#include "zopo/base/saturating.h"

namespace zopo::store {
namespace {

constexpr const char* kSendings =
    "CREATE TABLE IF NOT EXISTS sendings(id INTEGER PRIMARY KEY, key BLOB, role TEXT, state "
    "INTEGER, calls INTEGER, prompt INTEGER, completion INTEGER, cached INTEGER, reasoning "
    "INTEGER, money INTEGER)";

constexpr const char* kAnswered =
    "CREATE TABLE IF NOT EXISTS answered(role TEXT PRIMARY KEY, calls INTEGER, prompt INTEGER, "
    "completion INTEGER, cached INTEGER, reasoning INTEGER, money INTEGER) WITHOUT ROWID";

SQLite::Database& with_sendings(SQLite::Database& db) {
  db.exec(kSendings);
  db.exec(kAnswered);
  return db;
}

void bind_key(SQLite::Statement& statement, int at, const Sha256& key) {
  statement.bind(at, static_cast<const void*>(key.data()), static_cast<int>(key.size()));
}

// Ready for the next time, even after a failure: the transaction may be tried again.
void run_once(SQLite::Statement& statement) {
  try {
    statement.exec();
  } catch (const SQLite::Exception&) {
    statement.tryReset();
    throw;
  }
  statement.reset();
}

// From column `at` on.
void bind_cost(SQLite::Statement& statement, int at, const Cost& cost) {
  for (const std::int64_t part : {cost.calls, cost.prompt_tokens, cost.completion_tokens,
                                  cost.cached_tokens, cost.reasoning_tokens, cost.money}) {
    statement.bind(at++, part);
  }
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  calls = saturated_sum(calls, other.calls);
  prompt_tokens = saturated_sum(prompt_tokens, other.prompt_tokens);
  completion_tokens = saturated_sum(completion_tokens, other.completion_tokens);
  cached_tokens = saturated_sum(cached_tokens, other.cached_tokens);
  reasoning_tokens = saturated_sum(reasoning_tokens, other.reasoning_tokens);
  money = saturated_sum(money, other.money);
  return *this;
}

// The rate was charged with the most that the call could come to. A token level that is NULL, for
// want of a limit, stays so.
ClaimEnder::ClaimEnder(SQLite::Database& db)
    : give_back_(db,
                 "UPDATE account SET token_level = token_level + coalesce((SELECT tokens FROM "
                 "claims WHERE key = ? AND owner = ?), ?) - ? WHERE token_level IS NOT NULL"),
      forget_(db, "DELETE FROM claims WHERE key = ? AND owner = ?"),
      add_(db, "UPDATE account SET calls = calls + ?, tokens = tokens + ?, cost = cost + ?") {}

void ClaimEnder::end(const Sha256& key, const std::string& owner, const Claims::Spent& spent) {
  bind_key(give_back_, 1, key);
  give_back_.bind(2, owner);
  give_back_.bind(3, spent.tokens);
  give_back_.bind(4, spent.tokens);
  run_once(give_back_);
  bind_key(forget_, 1, key);
  forget_.bind(2, owner);
  run_once(forget_);
  if (spent.calls == 0) return;
  add_.bind(1, spent.calls);
  add_.bind(2, spent.tokens);
  add_.bind(3, spent.cost);
  run_once(add_);
}

LedgerSql::LedgerSql(SQLite::Database& db)
    : db_(with_sendings(db)),
      insert_(db,
              "INSERT INTO sendings(key, role, state, calls, prompt, completion, cached, "
              "reasoning, money) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      forget_(db, "DELETE FROM sendings WHERE id = ?"),
      set_(db,
           "UPDATE sendings SET state = ?, calls = ?, prompt = ?, completion = ?, cached = ?, "
           "reasoning = ?, money = ? WHERE id = ?"),
      add_(db,
           "INSERT INTO answered VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(role) DO UPDATE SET "
           "calls = calls + excluded.calls, prompt = prompt + excluded.prompt, completion = "
           "completion + excluded.completion, cached = cached + excluded.cached, reasoning = "
           "reasoning + excluded.reasoning, money = money + excluded.money") {}

std::int64_t LedgerSql::begin(const Sending& sending) {
  bind_key(insert_, 1, sending.key);
  insert_.bind(2, sending.role);
  insert_.bind(3, static_cast<int>(sending.state));
  bind_cost(insert_, 4, sending.cost);
  run_once(insert_);
  return db_.getLastInsertRowid();
}

void LedgerSql::forget(std::int64_t id) {
  forget_.bind(1, id);
  run_once(forget_);
}

void LedgerSql::set(std::int64_t id, Sending::State state, const Cost& cost) {
  set_.bind(1, static_cast<int>(state));
  bind_cost(set_, 2, cost);
  set_.bind(8, id);
  run_once(set_);
}

void LedgerSql::add(const std::string& role, const Cost& cost) {
  add_.bind(1, role);
  bind_cost(add_, 2, cost);
  run_once(add_);
}

std::map<std::string, Cost> read_answered(SQLite::Database& db) {
  std::map<std::string, Cost> answered;
  if (!db.tableExists("answered")) return answered;
  SQLite::Statement rows(
      db, "SELECT role, calls, prompt, completion, cached, reasoning, money FROM answered");
  while (rows.executeStep()) {
    answered[rows.getColumn(0).getString()] = {rows.getColumn(1), rows.getColumn(2),
                                               rows.getColumn(3), rows.getColumn(4),
                                               rows.getColumn(5), rows.getColumn(6)};
  }
  return answered;
}

std::vector<Sending> read_sendings(SQLite::Database& db) {
  std::vector<Sending> sendings;
  if (!db.tableExists("sendings")) return sendings;
  SQLite::Statement rows(db,
                         "SELECT key, role, state, calls, prompt, completion, cached, reasoning, "
                         "money FROM sendings ORDER BY id");
  while (rows.executeStep()) {
    Sending one;
    const SQLite::Column key = rows.getColumn(0);
    const auto* const bytes = static_cast<const unsigned char*>(key.getBlob());
    if (key.getBytes() == static_cast<int>(one.key.size()))
      std::copy(bytes, bytes + one.key.size(), one.key.begin());
    one.role = rows.getColumn(1).getString();
    const int state = rows.getColumn(2);
    if (state == static_cast<int>(Sending::State::spent)) one.state = Sending::State::spent;
    one.cost = {rows.getColumn(3), rows.getColumn(4), rows.getColumn(5),
                rows.getColumn(6), rows.getColumn(7), rows.getColumn(8)};
    sendings.push_back(std::move(one));
  }
  return sendings;
}

}  // namespace zopo::store
