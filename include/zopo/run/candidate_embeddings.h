#pragma once
// The candidates' vectors from whoever the task names; where an endpoint turns out to have no
// embeddings, and the task allows it, from the built-in features.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "zopo/data/embeddings.h"
#include "zopo/run/endpoint.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

struct CandidateEmbeddings {
  data::Embeddings vectors;
  std::string provider;             // who made them
  std::vector<std::string> models;  // as the endpoint named them
  std::string fallback;             // why the built-in features stand in; "" where they do not
};

// The sentence that a fallback is told with.
std::string fallback_warning(const std::string& why);

// SHA-256 of the vectors' bytes, as they are stored; in hexadecimal.
std::string embeddings_hash(const data::Embeddings& embeddings);

// decided: the fallback of an earlier part of the same run; then nothing is asked. on_embedded: how
// many more candidates have their vector. Throws Failure.
CandidateEmbeddings embed_candidates(const settings::Settings& settings,
                                     Endpoint& endpoint,
                                     const std::vector<std::string>& texts,
                                     const std::string& decided,
                                     const std::function<void(std::int64_t)>& on_embedded);

}  // namespace zopo::run
