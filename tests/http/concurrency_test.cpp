#include "zopo/http/concurrency.h"

#include <gtest/gtest.h>

namespace zopo::http {
namespace {

TEST(Concurrency, StartsAtWhatWasAskedForAndNeverExceedsIt) {
  Concurrency concurrency(8);
  EXPECT_EQ(concurrency.limit(), 8);
  for (int i = 0; i < 100; ++i) concurrency.succeed();
  EXPECT_EQ(concurrency.limit(), 8);
}

TEST(Concurrency, HalvesOncePerWindowOfRequests) {
  Concurrency concurrency(64);
  for (int i = 0; i < 64; ++i) concurrency.send();
  for (int i = 0; i < 64; ++i) concurrency.throttle(static_cast<std::uint64_t>(i));
  EXPECT_EQ(concurrency.limit(), 32);
  concurrency.throttle(concurrency.send());
  EXPECT_EQ(concurrency.limit(), 16);
}

TEST(Concurrency, GrowsByOnePerWindowOfAnswers) {
  Concurrency concurrency(64);
  concurrency.throttle(concurrency.send());
  for (int limit = 32; limit < 40; ++limit) {
    EXPECT_EQ(concurrency.limit(), limit);
    for (int i = 0; i <= limit; ++i) concurrency.succeed();
  }
}

TEST(Concurrency, NeverFallsBelowOne) {
  Concurrency concurrency(3);
  for (int i = 0; i < 20; ++i) concurrency.throttle(concurrency.send());
  EXPECT_EQ(concurrency.limit(), 1);
  EXPECT_EQ(Concurrency(0).limit(), 1);
}

TEST(Concurrency, TwoClientsOfOneEndpointSettleAtEqualShares) {
  Concurrency greedy(100), modest(100);
  modest.throttle(modest.send());
  for (int i = 0; i < 3; ++i) modest.throttle(modest.send());  // 6 against 100
  for (int round = 0; round < 2000; ++round) {
    const bool over = greedy.limit() + modest.limit() > 50;
    for (Concurrency* client : {&greedy, &modest}) {
      const std::uint64_t request = client->send();
      const int window = client->limit();
      for (int i = 0; i < window && !over; ++i) client->succeed();
      if (over) client->throttle(request);
    }
  }
  EXPECT_NEAR(greedy.limit(), modest.limit(), 3);
}

}  // namespace
}  // namespace zopo::http
