#pragma once
// A response store in a folder of its own, for the tests of what it keeps and of how it is damaged.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"
#include "zopo/store/response_store.h"

namespace zopo::store {

namespace fs = std::filesystem;

inline Sha256 key(int i) { return sha256("key " + std::to_string(i)); }
inline std::string payload(int i) { return "payload " + std::to_string(i); }

// put() and wait.
inline std::string put(ResponseStore& store, const Sha256& at, const std::string& value) {
  std::promise<std::string> committed;
  store.put(at, value, [&](const std::string& error) { committed.set_value(error); });
  return committed.get_future().get();
}

inline std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

class ResponseStoreTest : public testing::Test {
 protected:
  using Mode = ResponseStore::Mode;

  std::unique_ptr<ResponseStore> open(Mode mode = Mode::read_write) {
    return ResponseStore::open(file_, mode);
  }
  void record(int count) {
    const auto store = open();
    for (int i = 1; i < count; ++i) store->put(key(i), payload(i), [](const std::string&) {});
    ASSERT_EQ(put(*store, key(0), payload(0)), "");
  }
  void record_and_finalize(int count) {
    record(count);
    open()->finalize();
  }
  void corrupt(std::streamoff at, const std::string& bytes) {
    std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary).seekp(at) << bytes;
  }

  test::TempDir dir_;
  fs::path file_ = dir_ / "responses.db";
};

}  // namespace zopo::store
