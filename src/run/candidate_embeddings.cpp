#include "zopo/run/candidate_embeddings.h"

#include <utility>
#include <variant>

#include "zopo/base/hash.h"
#include "zopo/features/text_features.h"
#include "zopo/llm/embedder.h"

namespace zopo::run {
namespace {

CandidateEmbeddings features_instead(const settings::Settings& settings,
                                     const std::vector<std::string>& texts,
                                     std::string why) {
  return {features::text_features(texts, {.dim = settings.embeddings.dim}),
          "features",
          {},
          std::move(why)};
}

}  // namespace

std::string fallback_warning(const std::string& why) {
  return "embeddings: the built-in features stand in, as embeddings.fallback allows: " + why;
}

std::string embeddings_hash(const data::Embeddings& embeddings) {
  return std::visit(
      [](const auto& z) {
        const auto* bytes = reinterpret_cast<const char*>(z.data());
        return sha256_hex({bytes, static_cast<std::size_t>(z.size()) * sizeof(*z.data())});
      },
      embeddings.storage());
}

CandidateEmbeddings embed_candidates(const settings::Settings& settings,
                                     Endpoint& endpoint,
                                     const std::vector<std::string>& texts,
                                     const std::string& decided,
                                     const std::function<void(std::int64_t)>& on_embedded) {
  if (!decided.empty()) return features_instead(settings, texts, decided);
  try {
    Endpoint::Embedded made = endpoint.embed(texts, on_embedded);
    return {std::move(made.vectors), settings.embeddings.provider, std::move(made.models), ""};
  } catch (const llm::NoEmbeddings& none) {
    if (settings.embeddings.fallback_to_features)
      return features_instead(settings, texts, none.what());
    throw Failure(none.kind(), std::string(none.what()) +
                                   " Name a provider and a model that embed, or let the built-in "
                                   "features stand in: \"embeddings\".\"fallback\": \"features\".");
  }
}

}  // namespace zopo::run
