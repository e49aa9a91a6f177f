// Opens a store's file for writing, for reading, or without touching it, and words what SQLite
// says. Called by response_store.cpp, store_writer.cpp and claims.cpp.

#include "store/response_db.h"

#include <fmt/core.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <system_error>

#include "zopo/base/error.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplicationId = 0x5A4F504F;  // "ZOPO" at byte 68, where file(1) looks
constexpr std::int64_t kSchemaVersion = 1;
constexpr int kBusyTimeoutMs = 10'000;
constexpr int kMostPagesInLog = 8192;  // 32 MiB
// Keys are hashes: every insertion meets another page, and what is not held is read again.
constexpr int kPagesHeldKiB = 32 * 1024;

std::int64_t number(SQLite::Database& db, const char* query) {
  return db.execAndGet(query).getInt64();
}

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw Failure(ErrorKind::data, fmt::format("{} {}", file.string(), what));
}

bool is_empty(SQLite::Database& db) {
  return number(db, "PRAGMA application_id") == 0 && number(db, "PRAGMA user_version") == 0 &&
         number(db, "SELECT count(*) FROM sqlite_master") == 0;
}

void require_schema(SQLite::Database& db, const fs::path& file) {
  if (number(db, "PRAGMA application_id") != kApplicationId) {
    fail(file, "is an SQLite file but not a response store. Name another file.");
  }
  const std::int64_t version = number(db, "PRAGMA user_version");
  if (version != kSchemaVersion) {
    fail(file,
         fmt::format("is a response store of schema version {}, this program knows version {}. "
                     "Use a newer zopo, or another file.",
                     version, kSchemaVersion));
  }
}

void create_schema(SQLite::Database& db) {
  db.exec(
      "CREATE TABLE responses(key BLOB PRIMARY KEY, payload BLOB NOT NULL, "
      "stored_at INTEGER, checksum BLOB) WITHOUT ROWID");
  db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  db.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
}

// Stores of before go on without them: what they hold already has neither.
void add_checksums(SQLite::Database& db) {
  db.exec("ALTER TABLE responses ADD COLUMN stored_at INTEGER");
  db.exec("ALTER TABLE responses ADD COLUMN checksum BLOB");
}

// Another process may create the schema at the same time: look, lock, look again.
void ensure_schema(SQLite::Database& db, const fs::path& file) {
  if (is_empty(db)) {
    SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
    if (is_empty(db)) create_schema(db);
    transaction.commit();
  }
  require_schema(db, file);
  if (has_checksums(db)) return;
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  if (!has_checksums(db)) add_checksums(db);
  transaction.commit();
}

void require_readable(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) fail(file, "does not exist. Check the path of the response store.");
  if (!std::ifstream(file, std::ios::binary)) {
    fail(file, "cannot be read. Check its permissions.");
  }
}

// SQLite file format, sec. 1.3: bytes 18 and 19 are 2 in WAL mode.
bool is_in_wal_mode(const fs::path& file) {
  char header[20] = {};
  std::ifstream(file, std::ios::binary).read(header, sizeof header);
  return header[18] == 2;
}

fs::path log_of(const fs::path& file) { return file.string() + "-wal"; }

// A directory of our own, gone with the object.
class PrivateDirectory {
 public:
  PrivateDirectory() {
    std::error_code unusable;
    const fs::path parent = fs::temp_directory_path(unusable);
    std::string name = ((unusable ? fs::path("/tmp") : parent) / "zopo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      fail(name,
           "cannot be created to read a store from. Let TMPDIR name a folder that may be "
           "written.");
    }
    path_ = name;
  }
  ~PrivateDirectory() {
    std::error_code ignored;  // a temporary directory may be left behind
    fs::remove_all(path_, ignored);
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Copies file and its log as they were at one moment. Appending to the log meanwhile does no harm
// (SQLite finds the last whole commit by checksum); folding it into the file does, and shows.
void copy_store(const fs::path& file, const fs::path& copy) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    struct stat before {};
    struct stat after {};
    stat(file.c_str(), &before);
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
    std::error_code no_log;
    fs::remove(log_of(copy));
    fs::copy_file(log_of(file), log_of(copy), no_log);
    stat(file.c_str(), &after);
    const bool unchanged = before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
                           before.st_mtim.tv_nsec == after.st_mtim.tv_nsec &&
                           before.st_size == after.st_size;
    if (unchanged) return;
  }
  fail(file, "is being written too fast to be read. Try again when the other process is done.");
}

// The copy's files lose their names at once: nothing is left whatever happens to this process.
std::unique_ptr<SQLite::Database> open_copy(const fs::path& file) {
  const PrivateDirectory directory;
  const fs::path copy = directory.path() / "responses.db";
  copy_store(file, copy);
  fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
  auto db = std::make_unique<SQLite::Database>(copy.string(), SQLite::OPEN_READWRITE);
  db->exec("PRAGMA locking_mode = EXCLUSIVE");
  db->exec("PRAGMA journal_mode = MEMORY");
  require_schema(*db, file);
  db->exec("PRAGMA query_only = ON");
  return db;
}

}  // namespace

bool has_checksums(SQLite::Database& db) {
  return number(db,
                "SELECT count(*) FROM pragma_table_info('responses') "
                "WHERE name IN ('stored_at', 'checksum')") == 2;
}

std::unique_ptr<SQLite::Database> open_for_writing(const fs::path& file) {
  return patiently(file, [&] {
    auto db = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    ensure_schema(*db, file);
    db->exec("PRAGMA journal_mode = WAL");
    db->exec("PRAGMA synchronous = NORMAL");  // the writer syncs by time, not by commit
    db->exec(fmt::format("PRAGMA wal_autocheckpoint = {}", kMostPagesInLog));
    db->exec(fmt::format("PRAGMA cache_size = -{}", kPagesHeldKiB));
    return db;
  });
}

std::unique_ptr<SQLite::Database> open_for_reading(const fs::path& file) {
  return patiently(file, [&] {
    auto db =
        std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    db->exec("PRAGMA query_only = ON");
    return db;
  });
}

std::unique_ptr<SQLite::Database> open_without_writing(const fs::path& file) {
  require_readable(file);
  return patiently(file, [&] {
    // Even a reader of a file in WAL mode writes to the index of its log.
    if (is_in_wal_mode(file)) return open_copy(file);
    auto db =
        std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY, kBusyTimeoutMs);
    require_schema(*db, file);
    return db;
  });
}

std::string checksum_of(const Sha256& key, const std::string& payload) {
  std::string bytes(reinterpret_cast<const char*>(key.data()), key.size());
  const Sha256 digest = sha256(bytes += payload);
  return {reinterpret_cast<const char*>(digest.data()), 8};
}

bool is_busy(const SQLite::Exception& error) {
  const int code = error.getErrorCode();
  return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_PROTOCOL;
}

std::string explain(const SQLite::Exception& error, const fs::path& file) {
  const std::string name = file.string();
  switch (error.getErrorCode()) {
    case SQLITE_NOTADB:
      return fmt::format("{} is not a response store. Name another file.", name);
    case SQLITE_CORRUPT:
      return fmt::format(
          "{} is damaged ({}). `zopo cache verify {}` lists the damage. Restore it from a copy, or "
          "move it away: what was in it is then paid for again.",
          name, error.what(), name);
    case SQLITE_FULL:
      return fmt::format("{} cannot grow: the disk is full. Free some space and resume.", name);
    case SQLITE_IOERR:
      return fmt::format("{} cannot be read or written ({}). Look at the disk and its free space.",
                         name, error.what());
    case SQLITE_CANTOPEN:
      return fmt::format("{} cannot be opened. Check that its directory exists and may be written.",
                         name);
    case SQLITE_READONLY:
      return fmt::format("{} may not be written. Check its permissions and its directory's.", name);
    default:
      return fmt::format("{}: {} (SQLite code {}).", name, error.what(),
                         error.getExtendedErrorCode());
  }
}

void throw_failure(const SQLite::Exception& error, const fs::path& file) {
  throw Failure(ErrorKind::data, explain(error, file));
}

}  // namespace zopo::store
