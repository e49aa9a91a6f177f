#include "llm/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace zopo::llm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Outbox::Return kAnswered{.answered = true, .throttled = false, .tokens = 10};
constexpr Outbox::Return kThrottled{.answered = false, .throttled = true, .tokens = 0};

class OutboxTest : public testing::Test {
 protected:
  void add(int calls) {
    for (int i = 0; i < calls; ++i) outbox_.add(added_++, 10);
  }
  std::vector<std::size_t> send() {
    std::vector<std::size_t> sent;
    while (const auto call = outbox_.next()) sent.push_back(*call);
    return sent;
  }

  test::FakeClock clock_;
  Pace pace_{http::Concurrency(4), http::RateLimiter({.requests_per_minute = 600}, clock_)};
  Outbox outbox_{pace_, clock_};
  std::size_t added_ = 0;
};

TEST_F(OutboxTest, SendsInOrderAsManyAsTheEndpointBears) {
  add(6);
  EXPECT_THAT(send(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(outbox_.until_next(), std::nullopt);  // a reply is what it waits for
  outbox_.came_back(2, kAnswered);
  EXPECT_THAT(send(), ElementsAre(4));
}

TEST_F(OutboxTest, HalfAsManyGoOutAfterA429) {
  add(8);
  for (const std::size_t call : send()) outbox_.came_back(call, kThrottled);
  EXPECT_THAT(send(), ElementsAre(4, 5));
}

TEST_F(OutboxTest, AnswersWidenTheWindowAgain) {
  add(9);
  for (const std::size_t call : send()) outbox_.came_back(call, kThrottled);
  for (const std::size_t call : send()) outbox_.came_back(call, kAnswered);
  outbox_.came_back(send().front(), kAnswered);
  EXPECT_EQ(pace_.concurrency.limit(), 3);
}

TEST_F(OutboxTest, BackoffEndsWithTheClock) {
  outbox_.add_after(Milliseconds(700), 7, 10);
  EXPECT_THAT(send(), IsEmpty());
  EXPECT_EQ(outbox_.until_next(), Milliseconds(700));
  clock_.advance(Milliseconds(700));
  EXPECT_THAT(send(), ElementsAre(7));
}

TEST_F(OutboxTest, RequestsPerMinuteHoldWhatIsReady) {
  for (int i = 0; i < 10; ++i) {
    add(1);
    outbox_.came_back(send().at(0), kAnswered);
  }
  add(2);
  EXPECT_THAT(send(), IsEmpty());  // the second's worth is used up
  EXPECT_EQ(outbox_.until_next(), Milliseconds(100));
  clock_.advance(Milliseconds(100));
  EXPECT_THAT(send(), ElementsAre(10));
}

TEST_F(OutboxTest, ClearingGivesBackWhatIsNotOnTheWire) {
  add(5);
  send();
  outbox_.add_after(Milliseconds(1), 9, 10);
  EXPECT_THAT(outbox_.clear(), ElementsAre(4, 9));
  EXPECT_TRUE(outbox_.is_anything_out());
}

}  // namespace
}  // namespace zopo::llm
