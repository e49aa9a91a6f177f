// What left and has no answer is remembered beside the answers.
#include "zopo/store/ledger.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "zopo/store/response_store.h"

namespace zopo::store {
namespace {

using State = Sending::State;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() { reopen(); }

  void reopen() {
    store_ = nullptr;  // commits
    store_ = ResponseStore::open(dir_ / "r.db", ResponseStore::Mode::read_write);
  }
  std::int64_t begin(const std::string& key, std::int64_t tokens) {
    std::promise<std::int64_t> id;
    store_->begin({sha256(key), "search", State::open, {.calls = 1, .prompt_tokens = tokens}},
                  [&](const std::string&, std::int64_t made) { id.set_value(made); });
    return id.get_future().get();
  }
  void answer(const std::string& key, const Receipt& receipt) {
    std::promise<void> done;
    store_->put_with(sha256(key), "answer", receipt, [&](const std::string&) { done.set_value(); });
    done.get_future().get();
  }

  test::TempDir dir_;
  test::FakeClock clock_;
  std::unique_ptr<ResponseStore> store_;
};

TEST_F(LedgerTest, WhatHasNoAnswerIsThereWhenTheStoreIsOpenedAgain) {
  begin("a", 70);
  const std::int64_t failed = begin("b", 80);
  store_->end(failed, Sending{{}, {}, State::spent, {.calls = 1, .prompt_tokens = 8, .money = 5}});
  const std::int64_t refused = begin("c", 90);
  store_->end(refused, std::nullopt);
  reopen();
  const std::vector<Sending> left = store_->sendings();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].key, sha256("a"));
  EXPECT_EQ(left[0].role, "search");
  EXPECT_EQ(left[0].state, State::open);
  EXPECT_EQ(left[0].cost.prompt_tokens, 70);
  EXPECT_EQ(left[1].state, State::spent);
  EXPECT_EQ(left[1].cost.prompt_tokens, 8);
  EXPECT_EQ(left[1].cost.money, 5);
}

TEST_F(LedgerTest, AnAnswerTakesItsSendingsOut) {
  const std::int64_t empty = begin("a", 70), answered = begin("a", 70);
  begin("b", 1);
  answer("a", {.sendings = {empty, answered}});
  reopen();
  EXPECT_EQ(store_->get(sha256("a")), "answer");
  ASSERT_EQ(store_->sendings().size(), 1u);
  EXPECT_EQ(store_->sendings()[0].key, sha256("b"));
}

TEST_F(LedgerTest, AStoreOfBeforeHasNone) {
  store_ = nullptr;
  const auto read = ResponseStore::open(dir_ / "r.db", ResponseStore::Mode::read_only);
  EXPECT_TRUE(read->sendings().empty());
  EXPECT_FALSE(read->has_ledger());
}

TEST_F(LedgerTest, AnAnswerAndItsAccountAreOneTransaction) {
  const auto a = Claims::open(dir_ / "r.db", {.calls = 2, .tokens = 100}, clock_);
  const auto b = Claims::open(dir_ / "r.db", {.calls = 2, .tokens = 100}, clock_);
  const Claims::Wanted x{sha256("x"), 60, 0}, y{sha256("y"), 60, 0}, z{sha256("z"), 40, 0};
  ASSERT_EQ(a->claim({&x, 1})[0], Claims::Verdict::granted);
  answer("x", {.claim_owner = a->owner(), .claim_spent = {.calls = 1, .tokens = 50}});
  // Nothing of it is waiting in a any more: the account knows, and the claim has ended.
  EXPECT_EQ(b->claim({&x, 1})[0], Claims::Verdict::stored);
  EXPECT_EQ(b->claim({&y, 1})[0], Claims::Verdict::over_tokens);
  EXPECT_EQ(b->claim({&z, 1})[0], Claims::Verdict::granted);
}

}  // namespace
}  // namespace zopo::store
