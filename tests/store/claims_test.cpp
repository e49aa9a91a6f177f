#include "zopo/store/claims.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "zopo/store/response_store.h"

namespace zopo::store {
namespace {

using enum Claims::Verdict;
using testing::ElementsAre;

class ClaimsTest : public testing::Test {
 protected:
  ClaimsTest() : responses_(ResponseStore::open(file(), ResponseStore::Mode::read_write)) {}

  std::filesystem::path file() const { return dir_ / "r.db"; }
  std::unique_ptr<Claims> open(const Claims::Limits& limits = {}) {
    return Claims::open(file(), limits, clock_);
  }
  static Claims::Wanted wanted(const std::string& text, std::int64_t tokens = 0) {
    return {sha256(text), tokens, 0};
  }
  static Claims::Verdict claim(Claims& claims, const std::string& text, std::int64_t tokens = 0) {
    const Claims::Wanted one = wanted(text, tokens);
    return claims.claim({&one, 1})[0];
  }
  void store_answer(const std::string& text) {
    responses_->put(sha256(text), "answer", [](const std::string&) {});
    responses_ = nullptr;  // commits
    responses_ = ResponseStore::open(file(), ResponseStore::Mode::read_write);
  }

  test::TempDir dir_;
  test::FakeClock clock_;
  std::unique_ptr<ResponseStore> responses_;
};

TEST_F(ClaimsTest, OneAsksAndTheOthersWaitUntilTheAnswerIsStored) {
  const auto a = open(), b = open();
  EXPECT_EQ(claim(*a, "x"), granted);
  EXPECT_EQ(claim(*b, "x"), held);
  EXPECT_EQ(claim(*b, "y"), granted);
  store_answer("x");
  a->settle(sha256("x"), {.calls = 1});
  EXPECT_EQ(claim(*b, "x"), stored);  // whether or not the claim has ended
  a->flush();
  EXPECT_EQ(claim(*b, "x"), stored);
}

TEST_F(ClaimsTest, WhatCameToNothingMayBeAskedAgain) {
  const auto a = open(), b = open();
  EXPECT_EQ(claim(*a, "x"), granted);
  a->settle(sha256("x"), {});
  EXPECT_EQ(claim(*b, "x"), held);  // not told yet
  a->flush();
  EXPECT_EQ(claim(*b, "x"), granted);
}

TEST_F(ClaimsTest, TheClaimsOfWhoIsGoneAreGivenBack) {
  auto a = open();
  const auto b = open();
  EXPECT_EQ(claim(*a, "x"), granted);
  EXPECT_EQ(claim(*b, "x"), held);
  a = nullptr;
  EXPECT_EQ(claim(*b, "x"), granted);
}

TEST_F(ClaimsTest, AProcessThatWasKilledHoldsNothing) {
  const pid_t child = fork();
  if (child == 0) {
    const auto a = Claims::open(file(), {}, clock_);
    _exit(claim(*a, "x") == granted ? 0 : 1);  // without giving back
  }
  int status = 1;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(claim(*open(), "x"), granted);
}

TEST_F(ClaimsTest, WhatAKilledProcessWasAskingForCountsAsSpent) {
  const pid_t child = fork();
  if (child == 0) {
    const auto a = Claims::open(file(), {}, clock_);
    _exit(claim(*a, "x", 40) == granted && claim(*a, "y", 40) == granted ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(claim(*open({.calls = 2}), "x", 40), over_calls);
  EXPECT_EQ(claim(*open({.calls = 3, .tokens = 119}), "x", 40), over_tokens);
  EXPECT_EQ(claim(*open({.calls = 3, .tokens = 120}), "x", 40), granted);
}

TEST_F(ClaimsTest, ALiveOwnerKeepsItsClaimsWhateverTheClocksSay) {
  const auto a = open();
  EXPECT_EQ(claim(*a, "x"), granted);
  test::FakeClock ahead;
  ahead.advance(std::chrono::hours(1));
  const auto b = Claims::open(file(), {}, ahead);
  EXPECT_EQ(claim(*b, "x"), held);
  ahead.advance(std::chrono::hours(1));  // without a sign of life from a
  EXPECT_EQ(claim(*b, "x"), held);
}

TEST_F(ClaimsTest, WhoEndedOnAnotherMachineIsBelievedForHalfAMinuteWithoutABeat) {
  const pid_t child = fork();
  if (child == 0) {
    const auto a = Claims::open(file(), {}, clock_);
    _exit(claim(*a, "x") == granted ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  SQLite::Database db(file().string(), SQLite::OPEN_READWRITE);
  db.setBusyTimeout(1000);
  db.exec("UPDATE claim_owners SET host = 'elsewhere'");
  const auto b = open();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(claim(*b, "x"), held) << i;
    clock_.advance(Milliseconds(16'000));
    db.exec("UPDATE claim_owners SET until = until + 1 WHERE host = 'elsewhere'");
  }
  EXPECT_EQ(claim(*b, "x"), held);
  clock_.advance(Milliseconds(29'000));
  EXPECT_EQ(claim(*b, "x"), held);
  clock_.advance(Milliseconds(2'000));
  EXPECT_EQ(claim(*b, "x"), granted);
}

TEST_F(ClaimsTest, WhoUsesTheStoreIsKnownWhileItLives) {
  EXPECT_THAT(users_of_store(file()), testing::IsEmpty());
  auto a = open();
  EXPECT_THAT(users_of_store(file()),
              ElementsAre(testing::HasSubstr("process " + std::to_string(getpid()) + " on ")));
  a = nullptr;
  EXPECT_THAT(users_of_store(file()), testing::IsEmpty());
}

TEST_F(ClaimsTest, CapsHoldOverAllOfThem) {
  const Claims::Limits limits{.calls = 3, .tokens = 100};
  const auto a = open(limits), b = open(limits);
  EXPECT_EQ(claim(*a, "1", 40), granted);
  EXPECT_EQ(claim(*b, "2", 40), granted);
  EXPECT_EQ(claim(*b, "3", 40), later);  // the others may come to less
  a->settle(sha256("1"), {.calls = 1, .tokens = 10});
  a->flush();
  EXPECT_EQ(claim(*b, "3", 40), granted);
  EXPECT_EQ(claim(*a, "4", 1), later);
  b->settle(sha256("2"), {.calls = 1, .tokens = 40});
  b->settle(sha256("3"), {.calls = 1, .tokens = 40});
  EXPECT_EQ(claim(*b, "4", 1), over_calls);
  EXPECT_EQ(claim(*a, "5", 11), over_calls);
  const auto c = open({.calls = 9, .tokens = 100});
  EXPECT_EQ(claim(*c, "4", 11), over_tokens);
  EXPECT_EQ(claim(*c, "4", 10), granted);
}

TEST_F(ClaimsTest, SecondsCountFromTheFirstClaim) {
  const Claims::Limits limits{.seconds = 60};
  const auto a = open(limits);
  clock_.advance(Milliseconds(100'000));
  EXPECT_EQ(claim(*a, "1"), granted);
  clock_.advance(Milliseconds(50'000));
  EXPECT_EQ(claim(*open(limits), "2"), granted);
  clock_.advance(Milliseconds(11'000));
  EXPECT_EQ(claim(*open(limits), "3"), over_seconds);
}

TEST_F(ClaimsTest, TheRateIsSharedToo) {
  const Claims::Limits limits{.calls_per_minute = 120};  // two at once, then one each half second
  const auto a = open(limits), b = open(limits);
  EXPECT_EQ(claim(*a, "1"), granted);
  EXPECT_EQ(claim(*b, "2"), granted);
  EXPECT_EQ(claim(*a, "3"), later);
  clock_.advance(Milliseconds(500));
  EXPECT_EQ(claim(*b, "4"), granted);
  EXPECT_EQ(claim(*a, "3"), later);
  clock_.advance(Milliseconds(500));
  EXPECT_EQ(claim(*a, "3"), granted);
}

TEST_F(ClaimsTest, TokensThatWereNotUsedAreGivenBackToTheRate) {
  const Claims::Limits limits{.tokens_per_minute = 60'000};  // 1000 at once
  const auto a = open(limits);
  EXPECT_EQ(claim(*a, "1", 900), granted);
  EXPECT_EQ(claim(*a, "2", 900), later);
  a->settle(sha256("1"), {.calls = 1, .tokens = 100});
  EXPECT_EQ(claim(*a, "2", 900), granted);
}

TEST_F(ClaimsTest, ManyAreAnsweredInOrder) {
  const auto a = open(), b = open();
  EXPECT_EQ(claim(*a, "2"), granted);
  store_answer("3");
  const std::vector<Claims::Wanted> all = {wanted("1"), wanted("2"), wanted("3"), wanted("1")};
  EXPECT_THAT(b->claim(all), ElementsAre(granted, held, stored, held));
}

}  // namespace
}  // namespace zopo::store
