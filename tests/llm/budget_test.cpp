#include "zopo/llm/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "tests/support/failure.h"
#include "tests/support/fake_clock.h"
#include "zopo/base/random.h"

namespace zopo::llm {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;
using Source = Budget::Source;
using Grant = Budget::Grant;

Amount tokens(std::int64_t n) { return {.calls = 1, .usage = {.prompt_tokens = n}, .cost = n}; }

TEST(Pricing, CostIsExactInPicodollars) {
  const Pricing pricing{.prompt = 2.5, .completion = 10, .cached = 1.25};
  EXPECT_EQ(pricing.cost({100, 10, 40, 5}), 60 * 2'500'000 + 40 * 1'250'000 + 10 * 10'000'000);
  EXPECT_DOUBLE_EQ(to_usd(pricing.cost({1'000'000, 0, 0, 0})), 2.5);
}

TEST(Pricing, UpperBoundHoldsForAnySplitOfTheTokens) {
  Rng rng(1, "pricing");
  for (int i = 0; i < 500; ++i) {
    const Pricing pricing{rng.uniform(), rng.uniform(), rng.uniform()};
    const auto prompt = static_cast<std::int64_t>(rng.below(100));
    const Usage bound{prompt, 50, 0, 0};
    const Usage usage{prompt, 49, static_cast<std::int64_t>(rng.below(100)) % (prompt + 1), 9};
    EXPECT_LE(pricing.cost(usage), pricing.upper_bound(bound));
  }
}

TEST(Pricing, ImpossiblePricesAreRefused) {
  EXPECT_THAT(failure_of([] { Pricing{.prompt = -1}.check(); }),
              FailsWith(ErrorKind::config, HasSubstr("prompt price is -1")));
  EXPECT_THAT(failure_of([] { Pricing{.prompt = 1, .cached = 0.0 / 0.0}.check(); }),
              FailsWith(ErrorKind::config, HasSubstr("cached")));
}

TEST(Budget, ReservesUpToTheCapAndNotOneMore) {
  const test::FakeClock clock;
  Budget budget({.tokens = 100}, clock);
  EXPECT_EQ(budget.reserve("a", tokens(60), Source::to_be_asked).grant, Grant::granted);
  EXPECT_EQ(budget.reserve("a", tokens(41), Source::to_be_asked).grant, Grant::later);
  EXPECT_EQ(budget.reserve("a", tokens(40), Source::to_be_asked).grant, Grant::granted);
}

TEST(Budget, SettlingGivesBackWhatWasNotUsed) {
  const test::FakeClock clock;
  Budget budget({.tokens = 100}, clock);
  budget.reserve("a", tokens(60), Source::to_be_asked);
  budget.settle("a", tokens(60), {.actual = tokens(10), .paid = true});
  EXPECT_EQ(budget.reserve("a", tokens(90), Source::to_be_asked).grant, Grant::granted);
  EXPECT_EQ(budget.total().needed.tokens(), 10);
  EXPECT_EQ(budget.total().paid.calls, 1);
}

TEST(Budget, RefusesOnlyWhenNothingIsInFlight) {
  const test::FakeClock clock;
  Budget budget({.calls = 1}, clock);
  budget.reserve("a", tokens(1), Source::to_be_asked);
  EXPECT_EQ(budget.reserve("b", tokens(1), Source::to_be_asked).grant, Grant::later);
  budget.release("a", tokens(1));
  EXPECT_EQ(budget.reserve("b", tokens(1), Source::to_be_asked).grant, Grant::granted);
  budget.settle("b", tokens(1), {.actual = tokens(1)});
  const Budget::Verdict verdict = budget.reserve("b", tokens(1), Source::stored);
  EXPECT_EQ(verdict.grant, Grant::refused);
  EXPECT_EQ(verdict.error.kind, ErrorKind::budget);
  EXPECT_THAT(verdict.error.message, HasSubstr("budget.calls = 1"));
}

TEST(Budget, SecondsCountFromTheStartAndNotForStoredAnswers) {
  test::FakeClock clock;
  Budget budget({.seconds = 2.5}, clock);
  clock.advance(Milliseconds(2499));
  EXPECT_EQ(budget.reserve("a", tokens(1), Source::to_be_asked).grant, Grant::granted);
  clock.advance(Milliseconds(1));
  EXPECT_EQ(budget.reserve("a", tokens(1), Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("a", tokens(1), Source::stored).grant, Grant::granted);
}

TEST(Budget, AsideShrinksAsItsRoleSpends) {
  const test::FakeClock clock;
  Budget budget({.tokens = 100}, clock);
  budget.keep_aside("test", tokens(40));
  EXPECT_EQ(budget.reserve("search", tokens(61), Source::to_be_asked).grant, Grant::refused);
  budget.reserve("test", tokens(40), Source::to_be_asked);
  budget.settle("test", tokens(40), {.actual = tokens(30)});
  EXPECT_EQ(budget.reserve("search", tokens(61), Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("search", tokens(60), Source::to_be_asked).grant, Grant::granted);
}

TEST(Budget, RolesAreCountedApart) {
  const test::FakeClock clock;
  Budget budget({}, clock);
  for (const char* const role : {"search", "test", "search"}) {
    budget.reserve(role, tokens(9), Source::to_be_asked);
    budget.settle(role, tokens(9), {.actual = tokens(5), .paid = role[0] == 's'});
  }
  EXPECT_EQ(budget.by_role().at("search").needed.calls, 2);
  EXPECT_EQ(budget.by_role().at("test").calls_cached, 1);
  EXPECT_EQ(budget.total().needed.tokens(), 15);
  EXPECT_EQ(budget.total().paid.calls, 2);
}

TEST(Budget, StoredAnswersOfTheRunCountBeforeAnybodyAsksForThemAndAreNeverRefused) {
  const test::FakeClock clock;
  Budget budget({.tokens = 100}, clock);
  budget.bring_forward("a", {}, {}, tokens(90));
  EXPECT_EQ(budget.reserve("a", tokens(11), Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("a", tokens(70), Source::stored).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("a", tokens(70), Source::of_the_run).grant, Grant::granted);
  budget.settle("a", tokens(70), {.actual = tokens(60), .was_unused = true});
  EXPECT_EQ(budget.total().unused.tokens(), 30);
  EXPECT_EQ(budget.reserve("a", tokens(11), Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("a", tokens(10), Source::to_be_asked).grant, Grant::granted);
}

TEST(Budget, WhatIsPaidOfAShareAlreadyIsNotKeptAsideTwice) {
  const test::FakeClock clock;
  Budget budget({.tokens = 100}, clock);
  budget.keep_aside("test", tokens(60));
  budget.bring_forward("test", {}, {}, tokens(60));
  EXPECT_EQ(budget.reserve("search", tokens(41), Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ(budget.reserve("search", tokens(40), Source::to_be_asked).grant, Grant::granted);
}

TEST(Budget, SumsStopAtTheLargestInteger) {
  const test::FakeClock clock;
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Budget budget({.tokens = 100}, clock);
  Amount huge = tokens(kMost - 5);
  huge.usage.completion_tokens = kMost;
  EXPECT_EQ(huge.tokens(), kMost);
  EXPECT_EQ(budget.reserve("a", huge, Source::to_be_asked).grant, Grant::refused);
  EXPECT_EQ((huge += huge).cost, kMost);
  EXPECT_EQ(Pricing{.prompt = 1e6}.cost({kMost, 0, 0, 0}), kMost);
}

TEST(Budget, SixtyFourThreadsNeverOvershoot) {
  const test::FakeClock clock;
  Budget budget({.tokens = 5000}, clock);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 64; ++t) {
      threads.emplace_back([&budget, t] {
        Rng rng(static_cast<std::uint64_t>(t), "budget");
        while (true) {
          const Budget::Verdict verdict = budget.reserve("a", tokens(10), Source::to_be_asked);
          if (verdict.grant == Grant::refused) return;
          if (verdict.grant == Grant::later) {
            budget.wait_for_settlement(Milliseconds(5));
            continue;
          }
          const auto actual = static_cast<std::int64_t>(rng.below(11));
          budget.settle("a", tokens(10), {.actual = tokens(actual), .paid = true});
        }
      });
    }
  }
  EXPECT_LE(budget.total().needed.tokens(), 5000);
  EXPECT_GT(budget.total().needed.tokens(), 4990);
}

}  // namespace
}  // namespace zopo::llm
