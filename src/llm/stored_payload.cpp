// Tells chats from embeddings in a store. Called by zopo cache.

#include "zopo/llm/stored_payload.h"

#include "llm/stored_embedding.h"
#include "zopo/llm/stored_reply.h"

namespace zopo::llm {

PayloadDescription describe_payload(const std::string& payload) {
  if (const Result<StoredReply> reply = from_payload(payload)) {
    return {PayloadKind::answer, reply->model};
  }
  if (const Result<StoredEmbedding> embedding = embedding_from_payload(payload))
    return {PayloadKind::embedding, embedding->model};
  return {};
}

}  // namespace zopo::llm
