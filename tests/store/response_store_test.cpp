#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/store/response_store_fixture.h"
#include "tests/support/failure.h"
#include "tests/support/fake_clock.h"

namespace zopo::store {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ResponseStoreTest, WhatWasPutIsFoundAfterReopening) {
  record(3);
  const auto store = open();
  EXPECT_EQ(store->get(key(2)), payload(2));
  EXPECT_EQ(store->get(key(3)), std::nullopt);
  EXPECT_EQ(store->size(), 3);
  EXPECT_THAT(store->verify(), IsEmpty());
}

TEST_F(ResponseStoreTest, FirstPayloadOfAKeyStays) {
  const auto store = open();
  EXPECT_EQ(put(*store, key(1), "first"), "");
  EXPECT_EQ(put(*store, key(1), "second"), "");
  EXPECT_EQ(store->get(key(1)), "first");
}

TEST_F(ResponseStoreTest, PayloadsAreBytes) {
  const auto store = open();
  const std::string bytes("\0\xff\n'", 4);
  put(*store, key(1), bytes);
  EXPECT_EQ(store->get(key(1)), bytes);
}

TEST_F(ResponseStoreTest, EveryRecordIsVisitedInKeyOrderAcrossPages) {
  const auto store = open();
  for (int i = 0; i < 999; ++i) store->put(key(i), payload(i), [](const std::string&) {});
  put(*store, key(999), payload(999));
  std::vector<Sha256> keys;
  store->for_each([&](const auto& entry) { return keys.push_back(entry.key), true; });
  EXPECT_EQ(keys.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST_F(ResponseStoreTest, VisitingStopsWhenTold) {
  record(5);
  int visited = 0;
  open()->for_each([&](const auto&) { return ++visited < 2; });
  EXPECT_EQ(visited, 2);
}

TEST_F(ResponseStoreTest, ClosingCommitsWhatWaits) {
  std::atomic<int> committed = 0;
  {
    const auto store = open();
    for (int i = 0; i < 500; ++i) {
      store->put(key(i), payload(i), [&](const std::string& error) { committed += error.empty(); });
    }
  }
  EXPECT_EQ(committed, 500);
  EXPECT_EQ(open()->size(), 500);
}

TEST_F(ResponseStoreTest, WhatIsPutTogetherIsCommittedAfterTheLast) {
  const auto store = open();
  std::promise<void> first, last;
  store->put_together([&] {
    store->put(key(0), payload(0), [&](const std::string&) { first.set_value(); });
    EXPECT_EQ(first.get_future().wait_for(std::chrono::milliseconds(50)),
              std::future_status::timeout);
    store->put(key(1), payload(1), [&](const std::string&) { last.set_value(); });
  });
  last.get_future().wait();
  EXPECT_EQ(store->get(key(0)), payload(0));
  EXPECT_EQ(store->get(key(1)), payload(1));
}

TEST_F(ResponseStoreTest, SixtyFourThreadsPutAndGet) {
  const auto store = open();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 64; ++t) {
      threads.emplace_back([&store, t] {
        for (int i = 0; i < 5; ++i) {
          EXPECT_EQ(put(*store, key(5 * t + i), payload(5 * t + i)), "");
          EXPECT_EQ(store->get(key(5 * t + i)), payload(5 * t + i));
        }
      });
    }
  }
  EXPECT_EQ(store->size(), 320);
}

TEST_F(ResponseStoreTest, FinalizedFileIsReadInAReadOnlyDirectory) {
  record_and_finalize(4);
  EXPECT_THAT(names_in(dir_.path()), testing::ElementsAre("responses.db"));
  fs::permissions(file_, fs::perms::owner_read);
  fs::permissions(dir_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  {
    const auto store = open(Mode::read_only);
    EXPECT_EQ(store->get(key(3)), payload(3));
    EXPECT_FALSE(store->writable());
    EXPECT_THAT(put(*store, key(9), "x"), HasSubstr("read-only"));
  }
  fs::permissions(dir_.path(), fs::perms::owner_all);
  EXPECT_THAT(names_in(dir_.path()), testing::ElementsAre("responses.db"));
}

TEST_F(ResponseStoreTest, ReadOnlySeesTheLogOfAStoreInUseAndLeavesNoTrace) {
  const auto writer = open();
  put(*writer, key(1), payload(1));
  const std::vector<std::string> before = names_in(dir_.path());
  const auto reader = open(Mode::read_only);
  EXPECT_EQ(reader->get(key(1)), payload(1));
  EXPECT_EQ(names_in(dir_.path()), before);
}

TEST_F(ResponseStoreTest, FinalizedStoreTakesFurtherRecords) {
  const auto store = open();
  put(*store, key(1), payload(1));
  store->finalize();
  EXPECT_EQ(put(*store, key(2), payload(2)), "");
  EXPECT_EQ(store->get(key(1)), payload(1));
  EXPECT_EQ(store->get(key(2)), payload(2));
}

TEST_F(ResponseStoreTest, RecordsAreDated) {
  test::FakeClock clock;
  const auto store = ResponseStore::open(file_, Mode::read_write, clock);
  clock.advance(std::chrono::hours(1));
  put(*store, key(1), payload(1));
  store->for_each([&](const ResponseStore::Entry& entry) {
    EXPECT_EQ(entry.stored_at, clock.wall_now());
    return true;
  });
}

TEST_F(ResponseStoreTest, ErasedRecordsAreGoneAndTheirSpaceIsFreed) {
  record_and_finalize(4000);
  const auto before = fs::file_size(file_);
  const auto store = open();
  std::vector<Sha256> keys;
  for (int i = 0; i < 3999; ++i) keys.push_back(key(i));
  store->erase(keys);
  EXPECT_EQ(store->size(), 1);
  EXPECT_EQ(store->get(key(0)), std::nullopt);
  EXPECT_EQ(store->get(key(3999)), payload(3999));
  store->finalize();
  EXPECT_LT(fs::file_size(file_), before / 10);
  EXPECT_THAT(failure_of([&] { open(Mode::read_only)->erase(keys); }),
              FailsWith(ErrorKind::data, HasSubstr("read-only")));
}

TEST_F(ResponseStoreTest, FinishingAStoreThatIsOpenElsewhereFails) {
  const auto other = open();
  other->size();
  const auto store = open();
  put(*store, key(1), payload(1));
  EXPECT_THAT(failure_of([&] { store->finalize(); }),
              FailsWith(ErrorKind::data, HasSubstr("open in another process")));
  EXPECT_EQ(store->get(key(1)), payload(1));
}

// Puts records one after the other and says so on the pipe after each commit, until it is killed.
[[noreturn]] void put_until_killed(const fs::path& file, int pipe) {
  const auto store = ResponseStore::open(file, ResponseStore::Mode::read_write);
  for (int i = 0;; ++i) {
    if (!put(*store, key(i), payload(i)).empty()) _exit(1);
    if (write(pipe, &i, sizeof i) != sizeof i) _exit(1);
  }
}

TEST_F(ResponseStoreTest, CommittedRecordsSurviveSigkill) {
  for (const int patience : {1, 20, 57}) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) put_until_killed(file_, ends[1]);
    int last = 0;
    for (int i = 0; i < patience; ++i) {
      ASSERT_EQ(read(ends[0], &last, sizeof last), ssize_t{sizeof last});
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ends[1]);
    while (read(ends[0], &last, sizeof last) > 0) {
    }
    close(ends[0]);
    const auto store = open();
    for (int i = 0; i <= last; ++i) EXPECT_EQ(store->get(key(i)), payload(i)) << i;
    EXPECT_THAT(store->verify(), IsEmpty());
  }
}

TEST_F(ResponseStoreTest, EightProcessesShareOneFile) {
  constexpr int kEach = 40;
  std::vector<pid_t> children;
  for (int process = 0; process < 8; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      int failed = 0;
      {
        const auto store = open();
        for (int i = 0; i < kEach; ++i) {
          const int n = process / 2 * kEach + i;  // pairs of processes write the same keys
          failed += !put(*store, key(n), payload(n)).empty();
          failed += store->get(key(n)) != payload(n);
        }
      }
      _exit(failed == 0 ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(open()->size(), 4 * kEach);
}

}  // namespace
}  // namespace zopo::store
