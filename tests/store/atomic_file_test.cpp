#include "zopo/store/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/file.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;
using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

std::ptrdiff_t files_in(const fs::path& directory) {
  return std::distance(fs::directory_iterator(directory), fs::directory_iterator());
}

TEST(AtomicFile, NewBytesReplaceTheOldAndNothingElseIsLeft) {
  const test::TempDir dir;
  write_file_atomically(dir / "a", "old");
  write_file_atomically(dir / "a", std::string("n\0w", 3));
  EXPECT_EQ(read_file(dir / "a"), std::string("n\0w", 3));
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(AtomicFile, ModeOfAnOldFileStays) {
  const test::TempDir dir;
  fs::permissions(dir.write("a", "old"), fs::perms::owner_read | fs::perms::owner_write);
  write_file_atomically(dir / "a", "new");
  EXPECT_EQ(fs::status(dir / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(AtomicFile, SymbolicLinkIsFollowed) {
  const test::TempDir dir;
  fs::create_symlink("target", dir / "link");
  write_file_atomically(dir / "link", "x");
  EXPECT_TRUE(fs::is_symlink(dir / "link"));
  EXPECT_EQ(read_file(dir / "target"), "x");
}

TEST(AtomicFile, FailureNamesThePathAndLeavesTheDirectoryAsItWas) {
  const test::TempDir dir;
  EXPECT_THAT(failure_of([&] { write_file_atomically(dir / "no/a", "x"); }),
              FailsWith(ErrorKind::data, HasSubstr("no/a")));
  fs::create_directory(dir / "taken");
  EXPECT_THAT(failure_of([&] { write_file_atomically(dir / "taken", "x"); }),
              FailsWith(ErrorKind::data, HasSubstr("renaming failed")));
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(AtomicFile, WhatKilledProcessesLeftIsSweptAndWhatIsBeingWrittenIsNot) {
  const test::TempDir dir;
  dir.write("a", "whole");
  dir.write("a.tmp-999999999-0", "ha");
  dir.write("b.tmp-1-3", "");  // a process of that number lives, but it holds no lock
  const int writing = open((dir / "c.tmp-1-0").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(flock(writing, LOCK_EX), 0);
  sweep_temporaries(dir.path());
  EXPECT_FALSE(fs::exists(dir / "a.tmp-999999999-0"));
  EXPECT_FALSE(fs::exists(dir / "b.tmp-1-3"));
  EXPECT_TRUE(fs::exists(dir / "c.tmp-1-0"));
  EXPECT_EQ(read_file(dir / "a"), "whole");
  close(writing);
}

TEST(AtomicFile, ADeviceIsWrittenToAndNotReplaced) {
  const test::TempDir dir;
  fs::create_symlink("/dev/full", dir / "full");
  EXPECT_THAT(failure_of([&] { write_file_atomically(dir / "full", "x"); }),
              FailsWith(ErrorKind::data, HasSubstr("writing failed")));
  fs::create_symlink("/dev/null", dir / "null");
  write_file_atomically(dir / "null", "x");
  EXPECT_TRUE(fs::is_character_file(dir / "null"));
  EXPECT_EQ(files_in(dir.path()), 2);
}

}  // namespace
}  // namespace zopo::store
