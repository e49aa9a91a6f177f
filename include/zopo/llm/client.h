#pragma once
// The Chat that talks to an endpoint: stored answers first, then the network, within the budget.
//
// For each request, in order: look in the stores; reserve the budget; if the answer is not stored,
// send it, with retries; store the answer; and only when it is committed hand it out.
//
// What is stored: answers in state ok; truncated ones, too, unless keep_truncated says that they
// are no answers: a cut is a property of the request as much as an answer is. A reply that stays
// empty is kept for the run alone, which scored it and shall find it when it is resumed: it may be
// the server's fault, and whoever shares a cache asks again. Errors never are.
//
// An empty reply that claims to be finished is asked for again after all other requests of the
// same complete(), so that the order in which the budget is reserved does not depend on timing.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/http/transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"
#include "zopo/llm/endpoint.h"
#include "zopo/llm/pricing.h"

namespace zopo::llm {

struct ClientSettings {
  std::string provider = "openai";
  EndpointSettings endpoint = {};
  ChatSettings chat = {};
  std::optional<Pricing> pricing = {};
  int ask_again = 2;  // times, after an empty reply
  bool keep_truncated = true;
};

// The providers' names.
std::vector<std::string> chat_providers();
// Throws Failure{config}: unknown provider.
EndpointDefaults chat_defaults(const std::string& provider);
// Throws Failure{config}: unknown provider, settings that its API does not know or that would
// change what a reply means.
void check_chat(const std::string& provider, const ChatSettings& settings);

// Throws Failure{config}: unknown provider, impossible setting or price, a cap on dollars without a
// price, a cap on tokens or dollars without max_tokens. Borrows everything but settings. Calls of
// complete() from several threads take turns.
std::unique_ptr<Chat> make_chat_client(ClientSettings settings,
                                       http::Transport& transport,
                                       Stores stores,
                                       Budget& budget,
                                       const Clock& clock);

// What requests can cost at most, each sent once: a token is at least one byte of the body.
// Throws as make_chat_client().
Amount upper_bound(const ClientSettings& settings, std::span<const ChatRequest> requests);

}  // namespace zopo::llm
