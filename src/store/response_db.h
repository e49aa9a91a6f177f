#pragma once
// The file of a response store, as SQLite connections see it: what is in it, who may open it how.

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "zopo/base/hash.h"

namespace zopo::store {

// Opens for writing; creates the schema in a new or empty file. Throws Failure{data}.
std::unique_ptr<SQLite::Database> open_for_writing(const std::filesystem::path& file);
// A further connection to a file that open_for_writing() was called on.
std::unique_ptr<SQLite::Database> open_for_reading(const std::filesystem::path& file);
// Opens without writing anything beside the file, see ResponseStore::open.
std::unique_ptr<SQLite::Database> open_without_writing(const std::filesystem::path& file);

// Whether records carry the columns stored_at and checksum, which the first stores did not.
bool has_checksums(SQLite::Database& db);

// Tells damage, not malice: 8 bytes of SHA-256 over key and payload.
std::string checksum_of(const Sha256& key, const std::string& payload);

// The sentence for a failed operation on file.
std::string explain(const SQLite::Exception& error, const std::filesystem::path& file);

// Whether another process stood in the way, so that trying again helps. SQLite does not call its
// own busy handler where that could deadlock (switching the journal mode, recovering a log).
bool is_busy(const SQLite::Exception& error);

// operation(), again for up to a minute while other processes stand in its way. Throws
// Failure{data}.
template <class Operation>
auto patiently(const std::filesystem::path& file, Operation operation) -> decltype(operation());

[[noreturn]] void throw_failure(const SQLite::Exception& error, const std::filesystem::path& file);

template <class Operation>
auto patiently(const std::filesystem::path& file, Operation operation) -> decltype(operation()) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (true) {
    try {
      return operation();
    } catch (const SQLite::Exception& error) {
      if (!is_busy(error) || std::chrono::steady_clock::now() > deadline) {
        throw_failure(error, file);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace zopo::store
