// What the schema lets a task name is what the program has: a new metric, provider or way is
// missing here until the schema knows it, and the other way round.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "llm/chat_format.h"
#include "llm/embedding_format.h"
#include "zopo/score/metric.h"
#include "zopo/settings/settings.h"
#include "zopo/write/ways.h"

namespace zopo::settings {
namespace {

using Names = std::vector<std::string>;
using testing::UnorderedElementsAreArray;

// The values that the schema allows at a JSON pointer.
Names named_at(const char* pointer) {
  static const nlohmann::json schema = nlohmann::json::parse(task_schema_text());
  return schema.at(nlohmann::json::json_pointer(pointer)).get<Names>();
}

template <class Formats>
Names names_of(const Formats& formats, Names more = {}) {
  for (const auto& format : formats) more.push_back(format.name);
  return more;
}

TEST(Registries, ProvidersOfChatsAreThoseOfTheSchema) {
  EXPECT_THAT(named_at("/properties/llm/properties/provider/enum"),
              UnorderedElementsAreArray(names_of(llm::chat_formats())));
}

TEST(Registries, ProvidersOfEmbeddingsAreThoseOfTheSchemaBesideTheBuiltInOne) {
  EXPECT_THAT(named_at("/properties/embeddings/properties/provider/enum"),
              UnorderedElementsAreArray(names_of(llm::embedding_formats(), {"features"})));
}

TEST(Registries, MetricsAreThoseOfTheSchemaBesideWhatAModelOrAPersonJudges) {
  Names metrics = score::known_metrics();
  metrics.insert(metrics.end(), {"judge", "preference"});
  EXPECT_THAT(named_at("/properties/metric/properties/name/enum"),
              UnorderedElementsAreArray(metrics));
}

TEST(Registries, WaysToWriteAreThoseOfTheSchema) {
  const std::string ways = "/properties/candidates/properties/write/properties/ways";
  EXPECT_THAT(named_at((ways + "/items/enum").c_str()),
              UnorderedElementsAreArray(write::way_names()));
  EXPECT_THAT(named_at((ways + "/default").c_str()), UnorderedElementsAreArray(write::way_names()));
}

}  // namespace
}  // namespace zopo::settings
