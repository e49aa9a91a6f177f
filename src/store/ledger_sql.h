#pragma once
// The statements behind ledger.h and the end of a claim, for whoever has a transaction open.

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "zopo/store/ledger.h"

namespace zopo::store {

// Ends claims with what was paid. The tables of claims.h are there. Borrows db.
class ClaimEnder {
 public:
  explicit ClaimEnder(SQLite::Database& db);
  // Within a transaction.
  void end(const Sha256& key, const std::string& owner, const Claims::Spent& spent);

 private:
  SQLite::Statement give_back_, forget_, add_;
};

// The table of sendings. Borrows db, which is open for writing.
class LedgerSql {
 public:
  // Makes the table where it is missing.
  explicit LedgerSql(SQLite::Database& db);
  // Within a transaction. The row's id.
  std::int64_t begin(const Sending& sending);
  void forget(std::int64_t id);
  void set(std::int64_t id, Sending::State state, const Cost& cost);
  // To the sum of the answers for role.
  void add(const std::string& role, const Cost& cost);

 private:
  SQLite::Database& db_;
  SQLite::Statement insert_, forget_, set_, add_;
};

// All rows, in the order of their making; none where there is no such table.
std::vector<Sending> read_sendings(SQLite::Database& db);
// The sums of the answers, by role.
std::map<std::string, Cost> read_answered(SQLite::Database& db);

}  // namespace zopo::store
