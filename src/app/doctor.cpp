#include "zopo/app/doctor.h"

#include <fmt/format.h>

#include "zopo/base/clock.h"
#include "zopo/base/text.h"
#include "zopo/http/transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"
#include "zopo/run/endpoint.h"
#include "zopo/score/thinking.h"

namespace zopo::app {
namespace {

constexpr const char* kQuestion = "Say \"ok\".";

bool speaks_of_money(const std::string& message) {
  for (const char* const word : {"status 402", "status 429", "quota", "credit", "billing"}) {
    if (message.find(word) != std::string::npos) return true;
  }
  return false;
}

std::string advice_for(ErrorKind kind,
                       const std::string& message,
                       const std::string& section,
                       const std::string& key) {
  switch (kind) {
    case ErrorKind::auth:
      return "See that the environment variable " + key +
             " holds a valid key, and that it belongs to " + section + ".base_url.";
    case ErrorKind::network:
      return "See that the server runs and that " + section + ".base_url and the proxy are right.";
    case ErrorKind::refused:
    case ErrorKind::api:
      return speaks_of_money(message) ? "See the credit and the quota of the account."
                                      : "Check " + section + ".base_url and " + section + ".model.";
    default:
      return "Mend the settings of \"" + section + "\".";
  }
}

// A host, or a command.
std::string where(const std::string& base_url, const std::vector<std::string>& command) {
  return command.empty() ? http::host_of(base_url) : command.front();
}

// One call's time.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(system_clock().now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = system_clock().now();
};

std::string section_of(const Probe& probe) {
  if (probe.what == "judge") return "judge.llm";
  if (probe.what == "writer") return "candidates.write.llm";
  return probe.what == "chat" ? "llm" : "embeddings";
}

Probe failed(Probe probe, const Error& error, const std::string& key) {
  probe.error = error;
  probe.finding = error.message;
  probe.advice = advice_for(error.kind, error.message, section_of(probe), key);
  return probe;
}

Probe probe_chat(const settings::Settings& settings, const char* what) {
  const auto transport = run::make_transport(settings, settings.llm.provider, settings.llm.command);
  llm::ClientSettings client = run::client_settings(settings, nullptr);
  client.endpoint.retry.max_attempts = 1;
  client.endpoint.offline = false;  // a probe that sends nothing finds nothing
  client.ask_again = 0;
  llm::Budget budget({}, system_clock());
  Probe probe{.what = what, .host = where(settings.llm.base_url, settings.llm.command)};
  const auto chat = llm::make_chat_client(client, *transport, {}, budget, system_clock());
  const Stopwatch watch;
  const llm::ChatReply reply =
      chat->complete(std::vector<llm::ChatRequest>{{.messages = {{"user", kQuestion}}}}).front();
  probe.seconds = watch.seconds();
  if (reply.state == llm::ReplyState::error) {
    return failed(probe, reply.error, settings.llm.api_key_env);
  }
  probe.works = true;
  probe.model = reply.model;
  probe.finding = fmt::format("{} of {} prompt and {} completion tokens",
                              reply.state == llm::ReplyState::ok ? "an answer" : "a cut answer",
                              reply.usage.prompt_tokens, reply.usage.completion_tokens);
  if (reply.state == llm::ReplyState::truncated) {
    probe.finding += !reply.text.empty() ? ""
                     : reply.reasoned    ? "; it is empty beside the model's reasoning: raise "
                                           "llm.max_tokens, or let it answer without thinking"
                                         : "; it is empty: llm.max_tokens may be too small";
  }
  if (score::begins_with_thinking(reply.text))
    probe.finding +=
        "; it begins with the model's thinking, which \"metric\": {\"extract\": [\"strip_think\"]} "
        "takes out";
  return probe;
}

Probe probe_embeddings(const settings::Settings& settings) {
  const auto transport =
      run::make_transport(settings, settings.embeddings.provider, settings.embeddings.command);
  llm::EmbedderSettings embedder = run::embedder_settings(settings, nullptr);
  embedder.endpoint.retry.max_attempts = 1;
  embedder.endpoint.offline = false;
  llm::Budget budget({}, system_clock());
  Probe probe{.what = "embeddings",
              .host = where(settings.embeddings.base_url, settings.embeddings.command)};
  const Stopwatch watch;
  try {
    const std::vector<std::string> texts = {kQuestion};
    const llm::Embedded made =
        llm::make_embedding_client(embedder, *transport, {}, budget, system_clock())->embed(texts);
    probe.works = true;
    if (!made.models.empty()) probe.model = made.models.front();
    probe.finding = fmt::format("a vector of {} dimensions", made.rows.cols());
  } catch (const Failure& failure) {
    probe = failed(probe, failure.error(), settings.embeddings.api_key_env);
  }
  probe.seconds = watch.seconds();
  return probe;
}

}  // namespace

std::vector<Probe> probe_endpoints(const settings::Settings& settings) {
  std::vector<Probe> probes = {probe_chat(settings, "chat")};
  if (settings.judge && !settings.judge->is_person)
    probes.push_back(probe_chat(settings::judging(settings), "judge"));
  const auto& write = settings.candidates.write;
  if (write && write->llm) probes.push_back(probe_chat(settings::writing(settings), "writer"));
  const bool embeds = !settings.embeddings.file && settings.embeddings.provider != "features";
  if (embeds) probes.push_back(probe_embeddings(settings));
  return probes;
}

}  // namespace zopo::app
