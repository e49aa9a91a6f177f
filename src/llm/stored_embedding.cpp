// Writes and reads the records of embeddings. Called by embedding_client.cpp and for statistics.

#include "llm/stored_embedding.h"

#include <fmt/core.h>

#include <cstring>

#include "llm/base64.h"
#include "llm/chat_reply.h"
#include "llm/json_reading.h"
#include "zopo/base/json.h"

namespace zopo::llm {

std::string to_payload(const StoredEmbedding& embedding) {
  const std::string_view bytes(reinterpret_cast<const char*>(embedding.values.data()),
                               embedding.values.size() * sizeof(float));
  const std::string model =
      embedding.model.empty() ? "" : "\"m\":" + canonical(Json(embedding.model)) + ',';
  return fmt::format(R"({{"e":"{}",{}"u":{}}})", base64_encoded(bytes), model,
                     embedding.prompt_tokens);
}

Result<StoredEmbedding> embedding_from_payload(const std::string& payload) {
  const Json json = parse_json_of_others(payload);
  const std::optional<std::string> bytes = base64_decoded(text_member(json, "e"));
  if (!bytes || bytes->empty() || bytes->size() % sizeof(float) != 0) {
    return Error{ErrorKind::data, "A stored embedding is unreadable: no floats \"e\"."};
  }
  StoredEmbedding embedding;
  embedding.values.resize(bytes->size() / sizeof(float));
  std::memcpy(embedding.values.data(), bytes->data(), bytes->size());
  embedding.prompt_tokens = count_member(json, "u");
  embedding.model = text_member(json, "m");
  return embedding;
}

}  // namespace zopo::llm
