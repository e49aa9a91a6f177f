#include "zopo/run/endpoint.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <type_traits>
#include <vector>

#include "zopo/data/embeddings_manifest.h"
#include "zopo/features/text_features.h"
#include "zopo/http/curl_transport.h"
#include "zopo/http/exec_transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"
#include "zopo/run/totals.h"
#include "zopo/store/response_store.h"

namespace zopo::run {
namespace {

using store::ResponseStore;

// A batch of long vectors is longer than any answer.
constexpr std::int64_t kEmbeddingsBytes = std::int64_t{64} << 20;

constexpr const char* kTestRole = "test";
constexpr const char* kJudgeRole = "judge";
constexpr const char* kJudgeTestRole = "judge-test";

http::CurlOptions curl_options(const settings::LlmSettings& settings) {
  http::CurlOptions options;
  options.connect_timeout_ms = settings.connect_timeout_ms;
  options.idle_timeout_ms = settings.idle_timeout_ms;
  options.total_timeout_ms = settings.total_timeout_ms;
  options.max_response_bytes = settings.max_response_bytes;
  options.max_connections = settings.concurrency;
  options.user_agent = "zopo/" ZOPO_VERSION;
  return options;
}

llm::EndpointSettings endpoint_settings(const settings::Settings& settings,
                                        const Interruption* interrupted) {
  llm::EndpointSettings endpoint;
  endpoint.base_url = settings.llm.base_url;
  endpoint.keyed_as = settings.llm.keyed_as;
  endpoint.api_key_env = settings.llm.api_key_env;
  endpoint.deployment = settings.llm.deployment;
  endpoint.api_version = settings.llm.api_version;
  endpoint.command = settings.llm.command;
  endpoint.concurrency = settings.llm.concurrency;
  endpoint.rate_limits = {settings.llm.requests_per_minute, settings.llm.tokens_per_minute};
  endpoint.most_refusals = settings.llm.circuit_breaker;
  endpoint.offline = settings.output.offline;
  endpoint.retry.max_attempts = settings.llm.max_attempts;
  endpoint.retry.backoff.first = Milliseconds(settings.llm.retry_wait_ms);
  endpoint.retry.max_wait = Milliseconds(settings.llm.max_retry_wait_ms);
  endpoint.seed = settings.optimizer.seed;
  endpoint.interrupted = interrupted;
  endpoint.grace = Milliseconds(std::llround(settings.budget.grace_seconds * 1e3));
  return endpoint;
}

std::optional<llm::Pricing> pricing(const settings::LlmSettings& settings) {
  if (!settings.price) return std::nullopt;
  return llm::Pricing{settings.price->prompt_usd_per_million,
                      settings.price->completion_usd_per_million,
                      settings.price->cached_usd_per_million};
}

}  // namespace

llm::ClientSettings client_settings(const settings::Settings& settings,
                                    const Interruption* interrupted) {
  llm::ClientSettings client;
  client.provider = settings.llm.provider;
  client.endpoint = endpoint_settings(settings, interrupted);
  client.chat = settings::chat_settings(settings.llm);
  client.pricing = pricing(settings.llm);
  client.ask_again = settings.llm.empty_retries;
  client.keep_truncated = settings.evaluation.score_truncated;
  return client;
}

llm::EmbedderSettings embedder_settings(const settings::Settings& settings,
                                        const Interruption* interrupted) {
  llm::EmbedderSettings embedder;
  embedder.endpoint = endpoint_settings(settings, interrupted);
  embedder.provider = settings.embeddings.provider;
  embedder.endpoint.base_url = settings.embeddings.base_url;
  embedder.endpoint.keyed_as = settings.embeddings.keyed_as;
  embedder.endpoint.deployment = settings.embeddings.deployment;
  embedder.endpoint.api_version = settings.embeddings.api_version;
  embedder.endpoint.command = settings.embeddings.command;
  embedder.endpoint.api_key_env = settings.embeddings.api_key_env;
  embedder.embedding.model = settings.embeddings.model;
  embedder.batch = settings.embeddings.batch;
  if (settings.embeddings.usd_per_million)
    embedder.pricing = llm::Pricing{*settings.embeddings.usd_per_million};
  return embedder;
}

std::unique_ptr<http::Transport> make_transport(const settings::Settings& settings,
                                                const std::string& provider,
                                                const std::vector<std::string>& command) {
  if (provider != "exec") return http::make_curl_transport(curl_options(settings.llm));
  return http::make_exec_transport({.command = command,
                                    .directory = settings.task_file.parent_path(),
                                    .timeout_ms = settings.llm.total_timeout_ms,
                                    .max_processes = settings.llm.concurrency});
}

namespace {

std::unique_ptr<ResponseStore> open_cache(const settings::OutputSettings& settings) {
  if (!settings.cache) return nullptr;
  return ResponseStore::open(*settings.cache, settings.offline ? ResponseStore::Mode::read_only
                                                               : ResponseStore::Mode::read_write);
}

// Who may share a cache claims what he asks for.
std::unique_ptr<store::Claims> open_claims(const settings::Settings& settings) {
  if (!settings.output.cache || settings.output.offline) return nullptr;
  const settings::SharedSettings& shared = settings.shared;
  store::Claims::Limits limits{.calls = shared.calls,
                               .tokens = shared.tokens,
                               .seconds = shared.seconds,
                               .calls_per_minute = shared.requests_per_minute,
                               .tokens_per_minute = shared.tokens_per_minute};
  if (shared.usd) limits.cost = std::llround(*shared.usd * 1e12);  // picodollars
  return store::Claims::open(*settings.output.cache, limits, system_clock());
}

std::vector<std::unique_ptr<ResponseStore>> open_all(
    const std::vector<std::filesystem::path>& files) {
  std::vector<std::unique_ptr<ResponseStore>> stores;
  for (const std::filesystem::path& file : files)
    stores.push_back(ResponseStore::open(file, ResponseStore::Mode::read_only));
  return stores;
}

std::string rubric_for_person(const settings::Settings& settings) {
  return std::find_if(settings.metrics.begin(), settings.metrics.end(),
                      [](const settings::MetricSettings& metric) { return metric.is_compared(); })
      ->rubric;
}

}  // namespace

struct Endpoint::Parts {
  Parts(const settings::Settings& given,
        const std::filesystem::path& responses,
        const Interruption* interrupt,
        const std::vector<std::filesystem::path>& earlier_files,
        const Choose& choose)
      : settings(given),
        interrupted(interrupt),
        run_store(ResponseStore::open(responses, ResponseStore::Mode::read_write)),
        cache(open_cache(given.output)),
        claims(open_claims(given)),
        earlier(open_all(earlier_files)),
        transport(make_transport(given, given.llm.provider, given.llm.command)),
        budget({given.budget.calls, given.budget.tokens, given.budget.usd, given.budget.seconds},
               system_clock()),
        chat(llm::make_chat_client(
            client_settings(given, interrupt), *transport, stores(), budget, system_clock())) {
    bring_forward();
    if (given.judge) add_judge(settings::judging(given), choose);
  }

  // What earlier processes of the same run sent, and what its answers came to.
  void bring_forward() {
    for (const store::Sending& sending : run_store->sendings()) {
      const bool is_known = sending.state == store::Sending::State::spent;
      const llm::Amount cost = amount_of(sending.cost);
      budget.bring_forward(sending.role, is_known ? cost : llm::Amount{},
                           is_known ? llm::Amount{} : cost, {});
    }
    for (const auto& [role, cost] : run_store->answered())
      budget.bring_forward(role, {}, {}, amount_of(cost));
  }

  static llm::Amount amount_of(const store::Cost& cost) {
    return {cost.calls,
            {cost.prompt_tokens, cost.completion_tokens, cost.cached_tokens, cost.reasoning_tokens},
            cost.money};
  }

  void add_judge(const settings::Settings& judge, const Choose& choose) {
    judge_transport = judge.judge->is_person
                          ? make_person_transport(rubric_for_person(judge), choose)
                          : make_transport(judge, judge.llm.provider, judge.llm.command);
    judge_chat = llm::make_chat_client(client_settings(judge, interrupted), *judge_transport,
                                       stores(), budget, system_clock());
  }

  llm::Chat& with_role(llm::Chat& whose, const std::string& role) {
    return *by_role.emplace_back(llm::with_role(whose, role));
  }

  std::unique_ptr<llm::Chat> make_writer();

  llm::Stores stores() const {
    llm::Stores stores{.run = run_store.get()};
    if (cache) stores.caches.push_back(cache.get());
    stores.claims = claims.get();
    for (const auto& store : earlier) stores.caches.push_back(store.get());
    return stores;
  }

  const settings::Settings& settings;
  const Interruption* interrupted;
  std::unique_ptr<ResponseStore> run_store, cache;
  std::unique_ptr<store::Claims> claims;  // of the cache; none where it is not written
  std::vector<std::unique_ptr<ResponseStore>> earlier;
  std::unique_ptr<http::Transport> transport;
  llm::Budget budget;
  std::unique_ptr<llm::Chat> chat;
  std::unique_ptr<http::Transport> writer_transport;
  std::unique_ptr<llm::Chat> writer_chat;            // none before it is asked for
  std::unique_ptr<http::Transport> judge_transport;  // none without a judge
  std::unique_ptr<llm::Chat> judge_chat;
  std::deque<std::unique_ptr<llm::Chat>> by_role;
};

Endpoint::Endpoint(const settings::Settings& settings,
                   const std::filesystem::path& responses,
                   const Interruption* interrupted,
                   const std::vector<std::filesystem::path>& earlier,
                   const Choose& choose)
    : parts_(std::make_unique<Parts>(settings, responses, interrupted, earlier, choose)) {}

Endpoint::~Endpoint() = default;

task::Evaluator Endpoint::evaluator(const Inputs& inputs,
                                    const data::Dataset& dataset,
                                    const std::string& role,
                                    const task::Opponents* opponents) {
  const settings::Settings& settings = parts_->settings;
  std::vector<task::WeightedMeasure> measures;
  for (std::size_t i = 0; i < settings.metrics.size(); ++i) {
    const settings::MetricSettings& metric = settings.metrics[i];
    const score::Extractor& extract = inputs.metrics[i].extract;
    measures.push_back({metric.label, metric.weight, &extract, nullptr});
    if (inputs.metrics[i].metric) {
      measures.back().measure = task::measure_by(*inputs.metrics[i].metric);
      continue;
    }
    llm::Chat& judge =
        parts_->with_role(*parts_->judge_chat, role == kTestRole ? kJudgeTestRole : kJudgeRole);
    const task::Rubric rubric = rubric_of(settings, metric);
    if (metric.is_graded()) {
      measures.back().measure = task::measure_by_judge(judge, rubric);
    } else {
      measures.back().measure = task::measure_by_preference(
          judge, rubric, settings.judge->both_orders ? task::Orders::both : task::Orders::one,
          extract, opponents);
    }
  }
  return {parts_->with_role(*parts_->chat, role),
          inputs.prompt,
          std::move(measures),
          dataset,
          settings.evaluation.repeats,
          settings.evaluation.score_truncated ? task::Truncated::score : task::Truncated::open};
}

llm::Budget& Endpoint::budget() { return parts_->budget; }

report::RunUsage Endpoint::usage() const {
  return usage_of_roles(parts_->settings, parts_->budget.by_role());
}

std::unique_ptr<llm::Chat> Endpoint::Parts::make_writer() {
  const settings::LlmSettings llm = settings::writing(settings).llm;
  writer_transport = make_transport(settings, llm.provider, llm.command);
  llm::ClientSettings client = client_settings(settings::writing(settings), interrupted);
  client.chat.temperature = settings.candidates.write->temperature;
  client.chat.max_tokens = settings.candidates.write->max_tokens;
  client.chat.stop.clear();
  client.keep_truncated = true;  // every raw reply is
  return llm::make_chat_client(client, *writer_transport, stores(), budget, system_clock());
}

llm::Chat& Endpoint::writer() {
  if (!parts_->writer_chat) parts_->writer_chat = parts_->make_writer();
  return *parts_->writer_chat;
}

Endpoint::Embedded Endpoint::embed(const std::vector<std::string>& texts,
                                   const std::function<void(std::int64_t)>& on_embedded) {
  settings::Settings settings = parts_->settings;
  settings.llm.max_response_bytes = std::max(settings.llm.max_response_bytes, kEmbeddingsBytes);
  const auto transport =
      make_transport(settings, settings.embeddings.provider, settings.embeddings.command);
  llm::EmbedderSettings embedder = embedder_settings(settings, parts_->interrupted);
  embedder.on_embedded = on_embedded;
  llm::Embedded made = llm::make_embedding_client(embedder, *transport, parts_->stores(),
                                                  parts_->budget, system_clock())
                           ->embed(texts);
  return {data::Embeddings::from_matrix(std::move(made.rows)), std::move(made.models)};
}

Endpoint::Spent Endpoint::spent() const {
  const llm::Spending total = parts_->budget.total();
  const llm::Amount needed = total.charged();
  return {total.paid.calls, total.calls_cached, total.lost.calls + total.unused.calls, needed.usd(),
          parts_->budget.by_role()};
}

namespace {

// The mean of all rows as a row before them.
data::Embeddings with_mean_first(const data::Embeddings& embeddings) {
  return std::visit(
      [](const auto& z) {
        using Scalar = typename std::decay_t<decltype(z)>::Scalar;
        Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> longer(z.rows() + 1,
                                                                                      z.cols());
        longer.bottomRows(z.rows()) = z;
        longer.row(0) = (z.template cast<double>().colwise().sum() / static_cast<double>(z.rows()))
                            .template cast<Scalar>();
        if (longer.row(0).isZero(0)) longer.row(0) = z.row(0);
        return data::Embeddings::from_matrix(std::move(longer));
      },
      embeddings.storage());
}

// A file of the candidates given has no row for a baseline that was added: it stands at their mean.
data::Embeddings embeddings_in_file(const std::filesystem::path& file, const Inputs& inputs) {
  const std::vector<std::string> texts = task::texts_of(inputs.candidates);
  const auto rows = static_cast<Index>(texts.size());
  const data::Embeddings all = data::load_embeddings(file, -1);
  if (!inputs.baseline_is_added || all.rows() == rows) {
    data::check_against_manifest(file, texts);
    return data::load_embeddings(file, rows);
  }
  data::check_against_manifest(file, std::span(texts).subspan(1));
  return with_mean_first(data::load_embeddings(file, rows - 1));
}

}  // namespace

std::optional<data::Embeddings> local_embeddings(const settings::Settings& settings,
                                                 const Inputs& inputs) {
  if (settings.embeddings.file) return embeddings_in_file(*settings.embeddings.file, inputs);
  if (settings.embeddings.provider != "features") return std::nullopt;
  return features::text_features(task::texts_of(inputs.candidates),
                                 {.dim = settings.embeddings.dim});
}

}  // namespace zopo::run
