#include "zopo/store/run_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::store {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

// A child that holds the lock until it is killed; returns when it does.
pid_t hold_in_child(const std::filesystem::path& directory) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const RunLock lock(directory);
    const bool told = write(ends[1], "x", 1) == 1;
    if (told) pause();
    _exit(1);
  }
  char byte = 0;
  if (read(ends[0], &byte, 1) != 1) return -1;
  close(ends[0]);
  close(ends[1]);
  return child;
}

void kill_and_wait(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(RunLock, SecondProcessIsToldThePidOfTheFirst) {
  const test::TempDir dir;
  const pid_t child = hold_in_child(dir.path());
  EXPECT_THAT(failure_of([&] { RunLock lock(dir.path()); }),
              FailsWith(ErrorKind::usage, HasSubstr("process " + std::to_string(child))));
  kill_and_wait(child);
}

TEST(RunLock, LockOfAKilledProcessIsTakenOver) {
  const test::TempDir dir;
  kill_and_wait(hold_in_child(dir.path()));
  EXPECT_TRUE(std::filesystem::exists(dir / "lock"));
  const RunLock lock(dir.path());
}

TEST(RunLock, ReleasingLeavesNothingAndFreesTheDirectory) {
  const test::TempDir dir;
  {
    RunLock lock(dir.path());
    const RunLock moved(std::move(lock));
    EXPECT_THAT(failure_of([&] { RunLock again(dir.path()); }),
                FailsWith(ErrorKind::usage, HasSubstr(std::to_string(getpid()))));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  const RunLock lock(dir.path());
}

TEST(RunLock, MissingDirectoryIsNamed) {
  const test::TempDir dir;
  EXPECT_THAT(failure_of([&] { RunLock lock(dir / "absent"); }),
              FailsWith(ErrorKind::data, HasSubstr("absent/lock")));
}

TEST(RunLock, WhoTakesItSweepsWhatKilledProcessesLeft) {
  const test::TempDir dir;
  dir.write("result.json.tmp-999999999-0", "{");
  const RunLock lock(dir.path());
  EXPECT_FALSE(std::filesystem::exists(dir / "result.json.tmp-999999999-0"));
}

}  // namespace
}  // namespace zopo::store
