#pragma once
// The Embedder that talks to an endpoint: stored vectors first, then the network, within the
// budget.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/http/transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/embedder.h"
#include "zopo/llm/embedding_reply.h"
#include "zopo/llm/endpoint.h"
#include "zopo/llm/pricing.h"

namespace zopo::llm {

struct EmbedderSettings {
  std::string provider = "openai";
  EndpointSettings endpoint = {};
  EmbeddingSettings embedding = {};
  int batch = 64;  // texts in a request
  std::optional<Pricing> pricing = {};
  std::string role = "embed";  // in the account of the spending
  // How many more texts have their vector now; from the thread that called embed().
  std::function<void(std::int64_t)> on_embedded = [](std::int64_t) {};
};

// The providers' names.
std::vector<std::string> embedding_providers();
// Throws Failure{config}: unknown provider.
EndpointDefaults embedding_defaults(const std::string& provider);

// Batches are cut from the distinct texts in order, whatever is stored already; of a batch only
// what is missing is sent, and each text is stored by itself. Throws Failure{config} as
// make_chat_client() does. Borrows everything but settings.
std::unique_ptr<Embedder> make_embedding_client(EmbedderSettings settings,
                                                http::Transport& transport,
                                                Stores stores,
                                                Budget& budget,
                                                const Clock& clock);

}  // namespace zopo::llm
