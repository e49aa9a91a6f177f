#pragma once
// Whether a judge's reply can hold a verdict.

#include <optional>

#include "zopo/llm/chat.h"

namespace zopo::task {

// Why it cannot.
std::optional<Error> unusable_judgement(const llm::ChatReply& reply);

}  // namespace zopo::task
