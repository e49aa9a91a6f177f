#include "app/endpoint.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "zopo/data/embeddings_manifest.h"
#include "zopo/data/text_features.h"
#include "zopo/http/curl_transport.h"
#include "zopo/http/exec_transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"
#include "zopo/store/response_store.h"
#include "zopo/task/leak.h"

namespace zopo::app {
namespace {

using store::ResponseStore;

constexpr const char* kTestRole = "test";
constexpr const char* kJudgeRole = "judge";
constexpr const char* kJudgeTestRole = "judge-test";

http::CurlOptions curl_options(const LlmSettings& settings) {
  http::CurlOptions options;
  options.connect_timeout_ms = settings.connect_timeout_ms;
  options.idle_timeout_ms = settings.idle_timeout_ms;
  options.total_timeout_ms = settings.total_timeout_ms;
  options.max_response_bytes = settings.max_response_bytes;
  options.max_connections = settings.concurrency;
  options.user_agent = "zopo/" ZOPO_VERSION;
  return options;
}

llm::EndpointSettings endpoint_settings(const Settings& settings,
                                        const std::atomic<bool>* interrupted) {
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
  return endpoint;
}

std::optional<llm::Pricing> pricing(const LlmSettings& settings) {
  if (!settings.price) return std::nullopt;
  return llm::Pricing{settings.price->prompt_usd_per_million,
                      settings.price->completion_usd_per_million,
                      settings.price->cached_usd_per_million};
}

}  // namespace

llm::ClientSettings client_settings(const Settings& settings,
                                    const std::atomic<bool>* interrupted) {
  llm::ClientSettings client;
  client.provider = settings.llm.provider;
  client.endpoint = endpoint_settings(settings, interrupted);
  client.chat = chat_settings(settings.llm);
  client.pricing = pricing(settings.llm);
  client.ask_again = settings.llm.empty_retries;
  client.store_truncated = settings.llm.store_truncated;
  return client;
}

llm::EmbedderSettings embedder_settings(const Settings& settings,
                                        const std::atomic<bool>* interrupted) {
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

std::unique_ptr<http::Transport> make_transport(const Settings& settings,
                                                const std::string& provider,
                                                const std::vector<std::string>& command) {
  if (provider != "exec") return http::make_curl_transport(curl_options(settings.llm));
  return http::make_exec_transport({.command = command,
                                    .directory = settings.task_file.parent_path(),
                                    .timeout_ms = settings.llm.total_timeout_ms,
                                    .max_processes = settings.llm.concurrency});
}

namespace {

std::unique_ptr<ResponseStore> open_cache(const OutputSettings& settings) {
  if (!settings.cache) return nullptr;
  return ResponseStore::open(*settings.cache, settings.offline ? ResponseStore::Mode::read_only
                                                               : ResponseStore::Mode::read_write);
}

// Who may share a cache claims what he asks for.
std::unique_ptr<store::Claims> open_claims(const Settings& settings) {
  if (!settings.output.cache || settings.output.offline) return nullptr;
  const SharedSettings& shared = settings.shared;
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

std::string rubric_for_person(const Settings& settings) {
  return std::find_if(settings.metrics.begin(), settings.metrics.end(),
                      [](const MetricSettings& metric) { return metric.is_compared(); })
      ->rubric;
}

}  // namespace

struct Endpoint::Parts {
  Parts(const Settings& given,
        const std::filesystem::path& responses,
        const std::atomic<bool>* interrupt,
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
    if (given.judge) add_judge(judging(given), choose);
  }

  void add_judge(const Settings& judge, const Choose& choose) {
    judge_transport = judge.judge->is_person
                          ? make_person_transport(rubric_for_person(judge), choose)
                          : make_transport(judge, judge.llm.provider, judge.llm.command);
    judge_chat = llm::make_chat_client(client_settings(judge, interrupted), *judge_transport,
                                       stores(), budget, system_clock());
  }

  llm::Chat& with_role(llm::Chat& whose, const std::string& role) {
    return *by_role.emplace_back(llm::with_role(whose, role));
  }

  // What writes candidates; used up before the next one is asked for.
  std::unique_ptr<llm::Chat> writer(double temperature, int max_tokens);

  llm::Stores stores() const {
    llm::Stores stores{.run = run_store.get()};
    if (cache) stores.caches.push_back(cache.get());
    stores.claims = claims.get();
    for (const auto& store : earlier) stores.caches.push_back(store.get());
    return stores;
  }

  const Settings& settings;
  const std::atomic<bool>* interrupted;
  std::unique_ptr<ResponseStore> run_store, cache;
  std::unique_ptr<store::Claims> claims;  // of the cache; none where it is not written
  std::vector<std::unique_ptr<ResponseStore>> earlier;
  std::unique_ptr<http::Transport> transport;
  llm::Budget budget;
  std::unique_ptr<llm::Chat> chat;
  std::unique_ptr<http::Transport> writer_transport;
  std::unique_ptr<http::Transport> judge_transport;  // none without a judge
  std::unique_ptr<llm::Chat> judge_chat;
  std::deque<std::unique_ptr<llm::Chat>> by_role;
};

Endpoint::Endpoint(const Settings& settings,
                   const std::filesystem::path& responses,
                   const std::atomic<bool>* interrupted,
                   const std::vector<std::filesystem::path>& earlier,
                   const Choose& choose)
    : parts_(std::make_unique<Parts>(settings, responses, interrupted, earlier, choose)) {}

Endpoint::~Endpoint() = default;

task::Evaluator Endpoint::evaluator(const Inputs& inputs,
                                    const data::Dataset& dataset,
                                    const std::string& role,
                                    const task::Opponents* opponents) {
  const Settings& settings = parts_->settings;
  std::vector<task::WeightedMeasure> measures;
  for (std::size_t i = 0; i < settings.metrics.size(); ++i) {
    const MetricSettings& metric = settings.metrics[i];
    const data::Extractor& extract = inputs.metrics[i].extract;
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

void Endpoint::keep_test_aside(const Inputs& inputs, const Plan& plan) {
  if (plan.test_outcomes == 0) return;
  const task::Candidate candidate = longest_candidate(parts_->settings, inputs);
  std::vector<llm::ChatRequest> requests;
  for (const data::Example& example : inputs.splits.test.examples) {
    for (int copy = 0; copy < 2 * plan.repeats; ++copy) {
      requests.push_back({inputs.prompt.fill(candidate, example), copy, kTestRole});
    }
  }
  parts_->budget.keep_aside(kTestRole,
                            llm::upper_bound(client_settings(parts_->settings, nullptr), requests));
  if (parts_->settings.judge) keep_aside_for_judge(inputs, plan);
}

void Endpoint::keep_aside_for_judge(const Inputs& inputs, const Plan& plan) {
  const Settings& settings = parts_->settings;
  const llm::ClientSettings judge = client_settings(judging(settings), nullptr);
  llm::Amount sum;
  const auto add = [&](const data::Example& example, bool with_choices) {
    const llm::Amount once =
        llm::upper_bound(judge, judge_requests(settings, example, with_choices));
    for (std::int64_t repeat = 0; repeat < plan.repeats; ++repeat) sum += once;
  };
  for (const data::Example& example : inputs.splits.test.examples) {
    add(example, true);   // of the winner
    add(example, false);  // of the baseline
  }
  parts_->budget.keep_aside(kJudgeTestRole, sum);
}

std::unique_ptr<llm::Chat> Endpoint::Parts::writer(double temperature, int max_tokens) {
  const LlmSettings llm = writing(settings).llm;
  writer_transport = make_transport(settings, llm.provider, llm.command);
  llm::ClientSettings client = client_settings(writing(settings), interrupted);
  client.chat.temperature = temperature;
  client.chat.max_tokens = max_tokens;
  client.chat.stop.clear();
  client.store_truncated = true;  // every raw reply is kept
  return llm::make_chat_client(client, *writer_transport, stores(), budget, system_clock());
}

task::Generation Endpoint::generate(
    const Inputs& inputs,
    std::int64_t calls,
    const std::function<void(const task::GenerateProgress&)>& on_progress) {
  const Settings& settings = parts_->settings;
  const CandidateSettings::Generate& wanted = *settings.candidates.generate;
  const auto chat = parts_->writer(wanted.temperature, wanted.max_tokens);
  const task::PairCheck of_dev(inputs.splits.dev), of_test(inputs.splits.test);
  const task::GenerateOptions options{.count = wanted.count,
                                      .calls = std::min(calls, wanted.calls),
                                      .demonstrations = wanted.demonstrations,
                                      .samples = wanted.samples,
                                      .near = wanted.near,
                                      .seed = settings.optimizer.seed,
                                      .ways = wanted.ways,
                                      .seeds = inputs.seeds,
                                      .gives_away = [&](const std::string& instruction) {
                                        return of_dev(instruction) || of_test(instruction);
                                      }};
  return task::generate(*chat, inputs.splits.train, options, on_progress);
}

task::Generation Endpoint::grow(const Inputs& inputs,
                                std::span<const task::Scored> around,
                                std::int64_t replies,
                                std::int64_t asked) {
  const CandidateSettings::Grow& wanted = *parts_->settings.candidates.grow;
  const auto chat = parts_->writer(wanted.temperature, wanted.max_tokens);
  const task::PairCheck of_dev(inputs.splits.dev), of_test(inputs.splits.test);
  const task::GrowOptions options{.replies = replies,
                                  .demonstrations = wanted.demonstrations,
                                  .near = wanted.near,
                                  .seed = parts_->settings.optimizer.seed,
                                  .asked = asked,
                                  .gives_away = [&](const std::string& instruction) {
                                    return of_dev(instruction) || of_test(instruction);
                                  }};
  std::vector<std::string> known;
  for (const task::Candidate& one : inputs.candidates) known.push_back(one.instruction);
  return task::grow(*chat, inputs.splits.train, around, known, options);
}

Endpoint::Embedded Endpoint::embed(const std::vector<std::string>& texts,
                                   const std::function<void(std::int64_t)>& on_embedded) {
  const Settings& settings = parts_->settings;
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
  llm::Amount needed = total.needed;
  needed += total.asked_again;
  return {total.paid.calls, total.calls_cached, needed.usd(), parts_->budget.by_role()};
}

std::optional<data::Embeddings> local_embeddings(const Settings& settings, const Inputs& inputs) {
  const auto rows = static_cast<Index>(inputs.candidates.size());
  if (settings.embeddings.file) {
    data::check_against_manifest(*settings.embeddings.file, task::texts_of(inputs.candidates));
    return data::load_embeddings(*settings.embeddings.file, rows);
  }
  if (settings.embeddings.provider != "features") return std::nullopt;
  return data::text_features(task::texts_of(inputs.candidates), {.dim = settings.embeddings.dim});
}

}  // namespace zopo::app
