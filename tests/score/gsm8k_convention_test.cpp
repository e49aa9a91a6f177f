// The answer of a GSM8K solution (Cobbe et al., arXiv 2110.14168): the number after "####"; where a
// reply has none, its last number. Row by row.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/table.h"
#include "zopo/score/extract.h"
#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

TEST(Gsm8kConvention, TheAnswerIsThatOfTheDefinition) {
  const Extractor extract{std::vector<std::string>{"gsm8k"}};
  const auto numeric = make_metric("numeric", std::vector<std::string>{}, {});
  for (const nlohmann::json& row : test::table("score", "gsm8k")) {
    const std::string answer = extract(row["reply"].get<std::string>());
    EXPECT_EQ(answer, row["answer"]) << row;
    if (row["answer"] == "") continue;
    EXPECT_EQ(numeric->score(answer, std::vector<std::string>{row["answer"]}), 1) << row;
    EXPECT_EQ(numeric->score(answer, std::vector<std::string>{"31415"}), 0) << row;
  }
}

}  // namespace
}  // namespace zopo::score
