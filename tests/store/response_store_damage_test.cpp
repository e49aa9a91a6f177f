// What is no store, an older or a newer one, or a damaged one.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/store/response_store_fixture.h"
#include "tests/support/failure.h"

namespace zopo::store {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;
using testing::IsEmpty;

// What a flipped bit of the payload does.
void change_payload(const std::filesystem::path& file, const Sha256& key) {
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE);
  SQLite::Statement damage(
      db, "UPDATE responses SET payload = CAST('payloaf 1' AS BLOB) WHERE key = ?");
  damage.bind(1, key.data(), static_cast<int>(key.size()));
  damage.exec();
}

TEST_F(ResponseStoreTest, WhatIsNoStoreIsRefusedAndLeftAlone) {
  dir_.write("text.db", std::string(4096, 'x'));
  EXPECT_THAT(failure_of([&] { ResponseStore::open(dir_ / "text.db", Mode::read_write); }),
              FailsWith(ErrorKind::data, HasSubstr("is not a response store")));
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE addresses(name TEXT)");
  EXPECT_THAT(failure_of([&] { open(); }),
              FailsWith(ErrorKind::data, HasSubstr("not a response store")));
  EXPECT_FALSE(SQLite::Database(file_.string()).tableExists("responses"));
}

TEST_F(ResponseStoreTest, NewerSchemaIsNamed) {
  record_and_finalize(1);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 7");
  for (const Mode mode : {Mode::read_write, Mode::read_only}) {
    EXPECT_THAT(failure_of([&] { open(mode); }),
                FailsWith(ErrorKind::data, HasSubstr("schema version 7")));
  }
}

TEST_F(ResponseStoreTest, MissingFileOrDirectoryIsNamed) {
  EXPECT_THAT(failure_of([&] { open(Mode::read_only); }),
              FailsWith(ErrorKind::data, HasSubstr("does not exist")));
  EXPECT_THAT(failure_of([&] { ResponseStore::open(dir_ / "no/such.db", Mode::read_write); }),
              FailsWith(ErrorKind::data, HasSubstr("no/such.db cannot be opened")));
}

TEST_F(ResponseStoreTest, EmptyFileIsANewStore) {  // what a kill right after creation leaves
  dir_.write("responses.db", "");
  EXPECT_EQ(open()->size(), 0);
}

TEST_F(ResponseStoreTest, TablesOfAnotherShapeAreNamed) {
  ResponseStore::open(file_, Mode::read_write);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE)
      .exec("DROP TABLE sendings; CREATE TABLE sendings(id INTEGER PRIMARY KEY)");
  EXPECT_THAT(failure_of([&] { ResponseStore::open(file_, Mode::read_write); }),
              FailsWith(ErrorKind::data, HasSubstr(file_.string())));
}

TEST_F(ResponseStoreTest, DamageIsFound) {
  record_and_finalize(2000);
  corrupt(3 * 4096, std::string(4096, '\x5a'));
  std::string said;
  try {
    for (const std::string& problem : open(Mode::read_only)->verify()) said += problem;
  } catch (const Failure& failure) {
    said = failure.what();
  }
  EXPECT_NE(said, "");
}

TEST_F(ResponseStoreTest, RecordsOfTheWrongShapeAreReported) {
  record_and_finalize(1);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO responses(key, payload) VALUES(x'0102', x'33'), (zeroblob(32), x'')");
  EXPECT_THAT(open(Mode::read_only)->verify(),
              testing::ElementsAre(HasSubstr("0102"), HasSubstr("no payload")));
}

TEST_F(ResponseStoreTest, ChangedPayloadsAreFoundByTheirChecksum) {
  record_and_finalize(3);
  change_payload(file_, key(1));
  EXPECT_THAT(open(Mode::read_only)->verify(),
              testing::ElementsAre(testing::AllOf(HasSubstr(to_hex(key(1))),
                                                  HasSubstr("does not match its checksum"))));
}

TEST_F(ResponseStoreTest, ADamagedRecordCountsAsNoneAndCanBePutAgain) {
  record_and_finalize(3);
  const std::string before = *open(Mode::read_only)->get(key(1));
  change_payload(file_, key(1));
  EXPECT_EQ(open(Mode::read_only)->get(key(1)), std::nullopt);
  EXPECT_EQ(open(Mode::read_only)->size(), 3);
  const auto store = open(Mode::read_write);
  EXPECT_EQ(store->get(key(1)), std::nullopt);
  EXPECT_EQ(store->size(), 2);
  store->put(key(1), before, [](const std::string& error) { EXPECT_EQ(error, ""); });
  store->finalize();
  EXPECT_EQ(store->get(key(1)), before);
}

TEST_F(ResponseStoreTest, ADamagedRecordIsDroppedWithinReadsTogether) {
  record_and_finalize(3);
  change_payload(file_, key(1));
  const auto store = open(Mode::read_write);
  store->read_together([&] {
    EXPECT_EQ(store->get(key(1)), std::nullopt);
    EXPECT_EQ(store->get(key(1)), std::nullopt);
    EXPECT_NE(store->get(key(2)), std::nullopt);
  });
  EXPECT_EQ(store->size(), 2);
}

// A store as the first version of the program left it.
void make_old_store(const fs::path& file) {
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec("CREATE TABLE responses(key BLOB PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID");
  db.exec("PRAGMA application_id = 0x5A4F504F");
  db.exec("PRAGMA user_version = 1");
  SQLite::Statement insert(db, "INSERT INTO responses VALUES(?, CAST('payload 1' AS BLOB))");
  insert.bind(1, key(1).data(), static_cast<int>(key(1).size()));
  insert.exec();
}

TEST_F(ResponseStoreTest, StoresWithoutDatesAndChecksumsAreReadAndGoneOnWith) {
  make_old_store(file_);
  const auto expect_undated = [](const ResponseStore::Entry& entry) {
    EXPECT_EQ(entry.stored_at.has_value(), entry.key != key(1));
    return true;
  };
  {
    const auto store = open(Mode::read_only);
    EXPECT_EQ(store->get(key(1)), payload(1));
    store->for_each(expect_undated);
    EXPECT_THAT(store->verify(), IsEmpty());
  }
  const auto store = open();
  EXPECT_EQ(put(*store, key(2), payload(2)), "");
  store->for_each(expect_undated);
  EXPECT_THAT(store->verify(), IsEmpty());
  EXPECT_EQ(store->size(), 2);
}

}  // namespace
}  // namespace zopo::store
