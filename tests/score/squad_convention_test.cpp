// Exact match and token F1 by the definitions of SQuAD v1.1 (Rajpurkar et al., arXiv 1606.05250:
// lower case, ASCII punctuation off, articles off, white space), row by row.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/table.h"
#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

TEST(SquadConvention, ExactMatchAndF1AreThoseOfTheDefinition) {
  const std::vector<std::string> steps = conventional_normalization("f1");
  const auto exact_match = make_metric("exact_match", steps, {});
  const auto f1 = make_metric("f1", steps, {});
  for (const nlohmann::json& row : test::table("score", "squad")) {
    const std::vector<std::string> references = row["references"];
    const std::string answer = row["answer"];
    EXPECT_EQ(exact_match->score(answer, references), test::expected(row, "exact_match")) << row;
    EXPECT_NEAR(f1->score(answer, references), test::expected(row, "f1"), 1e-12) << row;
  }
}

// Where the definition would take different numbers for equal.
TEST(SquadConvention, NumbersKeepTheirValueUnlikeInTheDefinition) {
  const auto metric = make_metric("exact_match", conventional_normalization("f1"), {});
  const std::pair<const char*, const char*> different[] = {
      {"3.5", "35"}, {"-2", "2"},       {"3/4", "34"},   {"10:30", "1030"},
      {".5", "5"},   {"1,5", "15"},     {"2-1", "21"},   {"\u22125", "5"},
      {"-$5", "$5"}, {"1.000", "1000"}, {"v1.2", "v12"}, {"1,2,3", "123"}};
  for (const auto& [answer, reference] : different) {
    EXPECT_EQ(metric->score(answer, std::vector<std::string>{reference}), 0) << answer;
    EXPECT_EQ(metric->score(answer, std::vector<std::string>{answer}), 1) << answer;
  }
}

}  // namespace
}  // namespace zopo::score
