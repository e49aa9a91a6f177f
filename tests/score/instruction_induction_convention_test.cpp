// The four metrics of Instruction Induction (Honovich et al., arXiv 2205.10782), row by row.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/table.h"
#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

double score(const char* metric,
             const std::string& answer,
             const std::vector<std::string>& references) {
  return make_metric(metric, conventional_normalization("contains"), {})->score(answer, references);
}

TEST(InstructionInductionConvention, TheFourMetricsAreThoseOfTheDefinition) {
  for (const nlohmann::json& row : test::table("score", "instruction_induction")) {
    for (const char* metric : {"exact_match", "f1", "contains", "exact_set"}) {
      EXPECT_NEAR(score(metric, row["answer"], row["references"]), test::expected(row, metric),
                  1e-12)
          << metric << ' ' << row;
    }
  }
}

// Where the definition would cut a number in two.
TEST(InstructionInductionConvention, ADecimalPointEndsNoSentence) {
  EXPECT_EQ(score("exact_match", "3.5", {"3.7"}), 0);
  EXPECT_EQ(score("exact_match", "3.5. That is all.", {"3.5"}), 1);
  EXPECT_EQ(score("contains", "it is 3.5 kg", {"3.5"}), 1);
  EXPECT_EQ(score("contains", "it is 35 kg", {"3.5"}), 0);
  EXPECT_EQ(score("exact_match", "-2", {"2"}), 0);
}

}  // namespace
}  // namespace zopo::score
