// When zopo orders candidates to be written, and when it stops.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "optim/complement.h"
#include "zopo/base/random.h"
#include "zopo/optim/method.h"

namespace zopo {
namespace {

using nlohmann::json;
using optim::CandidateId;
using optim::Parents;

constexpr std::int64_t kWorkshopCalls = 400, kWorkshopExamples = 50;

struct Wrote {
  std::int64_t asked = 0, written_for = 0;  // calls
  std::int64_t ordered = 0;                 // replies
  std::vector<optim::WriteOrder> orders;
  std::optional<optim::Stop> stop;
  double best = 0;  // true score of what was recommended
};

// A writer whose children are a little better than their parents, and else anything.
class Workshop {
 public:
  explicit Workshop(std::int64_t cost, std::uint64_t seed = 5)
      : ways_({{.name = "new", .parents = Parents::none, .cost = cost},
               {.name = "better", .parents = Parents::one, .cost = cost},
               {.name = "cross", .parents = Parents::two, .cost = cost}}),
        seed_(seed) {
    for (int i = 0; i < 3; ++i) scores_.push_back(0.3 + 0.05 * i);
  }

  Wrote play(const json& options, double price = 0, std::int64_t writing_calls = kWorkshopCalls) {
    const auto method = optim::make_method("zopo",
                                           {.embeddings = embeddings(),
                                            .dev_examples = kWorkshopExamples,
                                            .examples_per_evaluation = 20,
                                            .calls = kWorkshopCalls,
                                            .initial = 3,
                                            .seed = seed_,
                                            .ways = ways_,
                                            .writing_calls = writing_calls,
                                            .writing_replies = replies,
                                            .price = price},
                                           options);
    Wrote wrote;
    for (optim::Round round = method->ask(); !(wrote.stop = round.stop); round = method->ask()) {
      method->tell(answers(round.queries, wrote));
      if (!round.writes.empty()) {
        const std::vector<optim::Written> written = write(round.writes, wrote);
        method->add(written, embeddings());
      }
    }
    wrote.best = scores_[static_cast<std::size_t>(method->recommend().id)];
    return wrote;
  }

  bool is_barren = false;  // nothing usable comes
  std::int64_t replies = 1'000'000;

 private:
  std::vector<optim::Outcome> answers(const std::vector<optim::Query>& queries, Wrote& wrote) {
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : queries) {
      optim::Outcome& outcome = outcomes.emplace_back();
      outcome.id = query.id;
      wrote.asked += query.examples;
      for (std::int64_t i = 0; i < query.examples; ++i) {
        const std::int64_t example = walked_[query.id]++;
        Rng rng(static_cast<std::uint64_t>(query.id * 1000 + example), "answer");
        outcome.examples.push_back(example);
        outcome.scores.push_back(rng.uniform() < scores_[static_cast<std::size_t>(query.id)]);
      }
    }
    return outcomes;
  }

  std::vector<optim::Written> write(const std::vector<optim::WriteOrder>& orders, Wrote& wrote) {
    std::vector<optim::Written> written;
    for (const optim::WriteOrder& order : orders) {
      wrote.orders.push_back(order);
      wrote.ordered += order.replies;
      wrote.written_for += order.replies * ways_[static_cast<std::size_t>(order.way)].cost;
      written.push_back({order.way, order.parents, order.replies, is_barren ? 0 : order.replies});
      for (std::int64_t i = 0; !is_barren && i < order.replies; ++i) {
        const double from = order.parents.empty()
                                ? 0.3
                                : scores_[static_cast<std::size_t>(order.parents.front())] + 0.05;
        scores_.push_back(std::clamp(from + 0.08 * rng_.normal(), 0.02, 0.98));
      }
    }
    return written;
  }

  data::Embeddings embeddings() const {
    RowMatrix z(static_cast<Index>(scores_.size()), 4);
    for (Index i = 0; i < z.rows(); ++i) {
      Rng rng(static_cast<std::uint64_t>(i), "vector");
      for (Index j = 0; j < 4; ++j) z(i, j) = rng.normal();
    }
    return data::Embeddings::from_matrix(z);
  }

  std::vector<optim::Way> ways_;
  std::vector<double> scores_;
  std::map<CandidateId, std::int64_t> walked_;
  std::uint64_t seed_;
  Rng rng_{seed_, "writer"};
};

TEST(Writing, FindsWhatWasNotThere) {
  double best = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) best += Workshop(1, seed).play(nullptr).best / 5;
  EXPECT_GT(best, 0.45);  // of the first three the best is .4
}

TEST(Writing, AndAskingShareOneBudget) {
  for (const std::int64_t cost : {1, 3, 10, 1000}) {
    for (const char* when : {"index", "first", "turns"}) {
      const Wrote wrote = Workshop(cost).play({{"write", when}, {"write_first", 20}});
      EXPECT_LE(wrote.asked + wrote.written_for, kWorkshopCalls) << cost << when;
      EXPECT_GT(wrote.asked, 0) << cost << when;
    }
  }
}

TEST(Writing, KeepsToItsShareOfTheBudget) {
  EXPECT_LE(Workshop(3).play(nullptr, 0, 20).written_for, 20);
  EXPECT_EQ(Workshop(3).play(nullptr, 0, 0).ordered, 0);
}

TEST(Writing, OrdersLessTheDearerItIs) {
  EXPECT_GT(Workshop(1).play(nullptr).ordered, Workshop(10).play(nullptr).ordered);
}

TEST(Writing, IsNotTriedForEverWhereNothingComes) {
  Workshop workshop(1);
  workshop.is_barren = true;
  const Wrote wrote = workshop.play(nullptr);
  std::set<std::pair<std::int64_t, std::vector<CandidateId>>> orders;
  for (const optim::WriteOrder& order : wrote.orders)
    EXPECT_TRUE(orders.insert({order.way, order.parents}).second);
}

TEST(Writing, NamesParentsAsTheWayTakesThem) {
  for (const optim::WriteOrder& order : Workshop(1).play({{"write", "turns"}}).orders)
    EXPECT_EQ(static_cast<std::int64_t>(order.parents.size()), order.way);
}

TEST(Writing, SaysWhy) {
  for (const optim::WriteOrder& order : Workshop(1).play(nullptr).orders) {
    EXPECT_TRUE(0 < order.posterior_mean && order.posterior_mean < 1);
    EXPECT_GT(order.posterior_sd, 0);
    EXPECT_TRUE(0 < order.index && order.index < 1);
  }
}

TEST(Writing, SoManyFirstIsSoMany) {
  const Wrote wrote = Workshop(1).play({{"write", "first"}, {"write_first", 27}});
  EXPECT_EQ(wrote.ordered, 27);
}

TEST(Writing, TheSameWriterGivesTheSameOrders) {
  const Wrote a = Workshop(3).play(nullptr), b = Workshop(3).play(nullptr);
  ASSERT_EQ(a.orders.size(), b.orders.size());
  for (std::size_t i = 0; i < a.orders.size(); ++i) {
    EXPECT_EQ(a.orders[i].way, b.orders[i].way);
    EXPECT_EQ(a.orders[i].parents, b.orders[i].parents);
  }
}

TEST(Price, StopsASearchBeforeItsBudget) {
  const Wrote wrote = Workshop(3).play(nullptr, 0.01);
  EXPECT_EQ(wrote.stop, optim::Stop::price);
  EXPECT_LT(wrote.asked + wrote.written_for, kWorkshopCalls / 2);
}

TEST(Price, TheHigherItIsTheLessIsSpent) {
  const auto spent = [](double price) {
    const Wrote wrote = Workshop(1).play(nullptr, price);
    return wrote.asked + wrote.written_for;
  };
  EXPECT_GE(spent(1e-5), spent(3e-3));
  EXPECT_GT(spent(3e-3), spent(0.2));
}

TEST(Price, WithoutOneTheBudgetIsSpent) {
  const Wrote wrote = Workshop(1).play(nullptr);
  EXPECT_EQ(wrote.stop, optim::Stop::budget);
  EXPECT_EQ(wrote.asked + wrote.written_for, kWorkshopCalls);
}

TEST(Writing, NoMoreRepliesAreOrderedThanAllowed) {
  Workshop workshop(1);
  workshop.replies = 7;
  const Wrote wrote = workshop.play({{"write", "first"}});
  EXPECT_EQ(wrote.ordered, 7);
}

TEST(Complement, ThePartnerIsRightWhereTheBestOneIsNot) {
  std::vector<gp::Observation> answers;
  for (Index example = 0; example < 20; ++example) {
    const bool best = example < 12;
    answers.push_back({0, example, best ? 1.0 : 0.0});
    answers.push_back(
        {1, example, best && example > 0 ? 1.0 : 0.0});  // nearly as good, nothing new
    answers.push_back({2, example, best ? 0.0 : 1.0});   // worse, and all that lacks
  }
  const std::vector<optim::Partner> best = {{7, 0, 0.6}, {8, 1, 0.55}, {9, 2, 0.4}, {5, 3, 0.4}};
  EXPECT_EQ(optim::pairs_by_complement(best, answers),
            (std::vector<std::vector<CandidateId>>{{7, 9}, {7, 5}, {7, 8}}));
  EXPECT_NEAR(optim::best_of_two(best[0], best[2], answers), (20 + 8 * 0.76) / 28, 1e-12);
}

}  // namespace
}  // namespace zopo
