// The Embedder of an endpoint: texts in batches, vectors checked. Made by run and by zopo embed.

#include "zopo/llm/embedding_client.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "llm/any_usage.h"
#include "llm/api_error.h"
#include "llm/credentials.h"
#include "llm/embedding_format.h"
#include "llm/exchange.h"
#include "llm/json_reading.h"
#include "llm/limits.h"
#include "llm/stored_embedding.h"
#include "zopo/base/error.h"
#include "zopo/base/log.h"

namespace zopo::llm {
namespace {

struct Wire {
  explicit Wire(EmbedderSettings given)
      : settings(std::move(given)),
        format(embedding_format(settings.provider)),
        url(format.url(settings.endpoint, settings.embedding.model)),
        key_url(format.url(as_keyed(settings.endpoint), settings.embedding.model)),
        headers(json_headers(settings.endpoint, format.key_header)) {}

  std::string body(std::span<const std::string> texts) const {
    return format.body(settings.embedding, texts);
  }

  const EmbedderSettings settings;
  const EmbeddingFormat& format;
  const std::string url, key_url;
  const http::Headers headers;
};

bool may_be_about_size(int status) { return status == 400 || status == 413 || status == 422; }

// A batch of texts as one Call.
class EmbeddingCall final : public Call {
 public:
  // Borrows everything.
  EmbeddingCall(std::span<const std::string> texts,
                const Wire& wire,
                Archive& archive,
                const Budget& budget)
      : texts_(texts), wire_(wire), archive_(archive), budget_(budget), embeddings_(texts.size()) {}

  const std::string& role() const override { return wire_.settings.role; }
  Amount bound() const override;
  Picodollars cost(const Usage& usage) const override;
  bool is_priced() const override { return wire_.settings.pricing.has_value(); }
  std::optional<std::vector<Usage>> find_stored(const Budget& budget) override;
  bool is_in_run() const override { return records_.empty(); }
  // Of the first text that is missing: it stands for the batch.
  Sha256 key() const override { return keys_[missing_.front()]; }
  std::vector<Sha256> keys() const override { return keys_; }
  http::Request request() override;
  CallOutcome receive(const http::Response& response) override;
  // Each text is stored by itself: none of them has what a failure cost.
  bool carry(const Usage&) override { return false; }
  std::vector<Record> records() const override { return records_; }
  void fail(const Error& error) override { error_ = error; }
  std::string name() const override;

  // Once the exchange has run. Throws Failure.
  const std::vector<StoredEmbedding>& embeddings() const;
  bool has_any() const {
    return std::any_of(embeddings_.begin(), embeddings_.end(),
                       [](const StoredEmbedding& one) { return !one.values.empty(); });
  }
  // Refused in a way that fewer texts at once may mend.
  bool is_too_large() const { return is_too_large_; }
  bool has_all() const { return !error_; }
  std::size_t size() const { return texts_.size(); }
  // The error of an endpoint that has no embeddings.
  const std::optional<Error>& refusal() const { return refusal_; }

 private:
  void make_keys();
  void look_up(std::size_t i);
  void accept(std::size_t i, StoredEmbedding embedding);
  std::vector<std::string> missing_texts() const;
  bool is_counted(std::size_t i) const { return budget_.is_counted(keys_[i]); }
  // Of those that are not in the account yet.
  Usage usage() const;

  std::span<const std::string> texts_;
  const Wire& wire_;
  Archive& archive_;
  const Budget& budget_;
  std::vector<StoredEmbedding> embeddings_;
  std::vector<Sha256> keys_;  // from find_stored() on
  std::vector<std::size_t> missing_;
  std::vector<Record> records_;
  std::optional<Error> error_, refusal_;
  bool is_too_large_ = false;
};

Amount EmbeddingCall::bound() const {
  Amount bound{.calls = 1};
  bound.usage.prompt_tokens = static_cast<std::int64_t>(wire_.body(texts_).size());
  if (wire_.settings.pricing) bound.cost = wire_.settings.pricing->upper_bound(bound.usage);
  return bound;
}

Picodollars EmbeddingCall::cost(const Usage& usage) const {
  return wire_.settings.pricing ? wire_.settings.pricing->cost(usage) : 0;
}

// Each of a text by itself: how it was batched does not matter.
void EmbeddingCall::make_keys() {
  keys_.reserve(texts_.size());
  for (std::size_t i = keys_.size(); i < texts_.size(); ++i)
    keys_.push_back(request_key(wire_.key_url, wire_.body(texts_.subspan(i, 1)), 0));
}

void EmbeddingCall::look_up(std::size_t i) {
  const std::optional<Archive::Found> found = archive_.find(keys_[i]);
  if (!found) return missing_.push_back(i);
  Result<StoredEmbedding> stored = embedding_from_payload(found->payload);
  if (!stored) throw Failure(stored.error().with_context("The record " + to_hex(keys_[i])));
  embeddings_[i] = std::move(*stored);
  if (!found->in_run) records_.push_back({keys_[i], found->payload});
}

std::optional<std::vector<Usage>> EmbeddingCall::find_stored(const Budget&) {
  make_keys();
  missing_.clear();
  records_.clear();
  for (std::size_t i = 0; i < texts_.size(); ++i) look_up(i);
  if (!missing_.empty()) return std::nullopt;
  wire_.settings.on_embedded(static_cast<std::int64_t>(texts_.size()));
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!is_counted(i)) return std::vector<Usage>{usage()};
  }
  return std::vector<Usage>{};
}

Usage EmbeddingCall::usage() const {
  Usage usage;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!is_counted(i)) usage.prompt_tokens += embeddings_[i].prompt_tokens;
  }
  return usage;
}

std::vector<std::string> EmbeddingCall::missing_texts() const {
  std::vector<std::string> texts;
  for (const std::size_t i : missing_) texts.push_back(texts_[i]);
  return texts;
}

http::Request EmbeddingCall::request() {
  return {"POST", wire_.url, wire_.headers, wire_.body(missing_texts())};
}

void EmbeddingCall::accept(std::size_t i, StoredEmbedding embedding) {
  records_.push_back({keys_[i], to_payload(embedding)});
  embeddings_[i] = std::move(embedding);
}

CallOutcome EmbeddingCall::receive(const http::Response& response) {
  const auto n = static_cast<Index>(missing_.size());
  const Result<EmbeddingReply> reply =
      wire_.format.parse(response.status, response.headers, response.body, n);
  if (!reply) {
    Error error = with_key_hint(reply.error(), wire_.settings.endpoint)
                      .with_context(endpoint_name(wire_.url));
    error.message += route_hint(response, wire_.url);
    const Json json = parse_json(response.body);
    if (has_no_embeddings(response.status, json)) {
      error.kind = ErrorKind::api;
      refusal_ = error;
    } else if (error.kind == ErrorKind::api && may_be_about_size(response.status)) {
      is_too_large_ = n > 1;
      error.message += n > 1 ? fmt::format(" {} texts were sent at once (embeddings.batch).", n)
                             : " The text was sent by itself: " + quoted(texts_[missing_.front()]);
    }
    return {.kind = CallOutcome::Kind::failed,
            .usage = any_usage(json),
            .error = error,
            .wait = wait_in(json),
            .meets_all = error.kind != ErrorKind::network,
            .is_free = refusal_ || costs_nothing(response.status, json)};
  }
  for (Index row = 0; row < n; ++row) {
    // Equal shares; the first take the remainder, so that the sum is exact.
    const std::int64_t tokens = reply->usage.prompt_tokens;
    const std::int64_t share = tokens / n + (row < tokens % n ? 1 : 0);
    const float* const values = reply->vectors.row(row).data();
    accept(missing_[static_cast<std::size_t>(row)],
           {std::vector<float>(values, values + reply->vectors.cols()), share, reply->model});
  }
  wire_.settings.on_embedded(static_cast<std::int64_t>(texts_.size()));
  return {.kind = CallOutcome::Kind::answered, .usage = usage(), .error = {}};
}

std::string EmbeddingCall::name() const {
  return "the embedding of " + quoted(texts_[missing_.front()]);
}

const std::vector<StoredEmbedding>& EmbeddingCall::embeddings() const {
  if (error_) throw Failure(*error_);
  return embeddings_;
}

class EmbeddingClient final : public Embedder {
 public:
  EmbeddingClient(EmbedderSettings settings,
                  http::Transport& transport,
                  Stores stores,
                  Budget& budget,
                  const Clock& clock)
      : wire_(std::move(settings)),
        exchange_(wire_.settings.endpoint, 0, transport, std::move(stores), budget, clock) {
    require_price(budget.caps(), wire_.settings.pricing);
  }

  Embedded embed(std::span<const std::string> texts) override {
    std::map<std::string, Index> position;
    std::vector<std::string> distinct;
    for (const std::string& text : texts) {
      if (position.emplace(text, static_cast<Index>(distinct.size())).second) {
        distinct.push_back(text);
      }
    }
    Embedded embedded = embed_distinct(distinct);
    RowMatrixF rows(static_cast<Index>(texts.size()), embedded.rows.cols());
    for (Index i = 0; i < rows.rows(); ++i) {
      rows.row(i) = embedded.rows.row(position.at(texts[static_cast<std::size_t>(i)]));
    }
    return {std::move(rows), std::move(embedded.models)};
  }

 private:
  // In batches as large as the endpoint takes: one that it refuses is halved.
  Embedded embed_distinct(std::span<const std::string> texts) {
    std::vector<StoredEmbedding> embeddings(texts.size());
    std::vector<std::size_t> open(texts.size());
    std::iota(open.begin(), open.end(), std::size_t{0});
    for (auto batch = static_cast<std::size_t>(std::max(1, wire_.settings.batch)); !open.empty();) {
      std::vector<std::string> left;
      for (const std::size_t i : open) left.push_back(texts[i]);
      const std::deque<EmbeddingCall> calls = ask(left, batch);
      const bool halve = std::any_of(calls.begin(), calls.end(),
                                     [](const EmbeddingCall& call) { return call.is_too_large(); });
      open = take(calls, open, halve, embeddings);
      if (!halve) break;
      batch = std::min(batch, left.size()) / 2;
      log_warn(
          "{}: the endpoint refuses so many texts at once; sending {} from now on, as "
          "embeddings.batch = {} would.",
          endpoint_name(wire_.url), batch, batch);
    }
    return gather(embeddings);
  }

  std::deque<EmbeddingCall> ask(std::span<const std::string> texts, std::size_t batch) {
    std::deque<EmbeddingCall> calls;
    std::vector<Call*> pointers;
    for (std::size_t begin = 0; begin < texts.size(); begin += batch) {
      calls.emplace_back(texts.subspan(begin, std::min(batch, texts.size() - begin)), wire_,
                         exchange_.archive(), exchange_.budget());
      pointers.push_back(&calls.back());
    }
    exchange_.run(pointers);
    refuse_without_any(calls);
    return calls;
  }

  // What came, into place; returns what is open still. Throws the first error, unless there is
  // another try.
  static std::vector<std::size_t> take(const std::deque<EmbeddingCall>& calls,
                                       const std::vector<std::size_t>& asked,
                                       bool again,
                                       std::vector<StoredEmbedding>& embeddings) {
    std::vector<std::size_t> open;
    auto at = asked.begin();
    for (const EmbeddingCall& call : calls) {
      const auto end = at + static_cast<std::ptrdiff_t>(call.size());
      if (again && !call.has_all()) {
        open.insert(open.end(), at, end);
      } else {
        for (const StoredEmbedding& one : call.embeddings()) embeddings[*at++] = one;
      }
      at = end;
    }
    return open;
  }

  static void refuse_without_any(const std::deque<EmbeddingCall>& calls) {
    const auto refused = std::find_if(calls.begin(), calls.end(),
                                      [](const EmbeddingCall& call) { return call.refusal(); });
    const bool any = std::any_of(calls.begin(), calls.end(),
                                 [](const EmbeddingCall& call) { return call.has_any(); });
    if (refused == calls.end() || any) return;
    throw NoEmbeddings(ErrorKind::refused, redacted(refused->refusal()->message));
  }

  static Embedded gather(const std::vector<StoredEmbedding>& embeddings) {
    RowMatrixF rows;
    std::set<std::string> models;
    Index at = 0;
    for (const StoredEmbedding& embedding : embeddings) {
      if (!embedding.model.empty()) models.insert(embedding.model);
      const auto d = static_cast<Index>(embedding.values.size());
      if (at == 0) rows.resize(static_cast<Index>(embeddings.size()), d);
      if (d != rows.cols()) {
        throw Failure(ErrorKind::api,
                      fmt::format("The embeddings have {} dimensions and, from text {} on, {}. "
                                  "Check that one model serves all requests.",
                                  rows.cols(), at, d));
      }
      rows.row(at++) = Eigen::Map<const Eigen::RowVectorXf>(embedding.values.data(), d);
    }
    return {std::move(rows), {models.begin(), models.end()}};
  }

  const Wire wire_;
  Exchange exchange_;
};

}  // namespace

std::vector<std::string> embedding_providers() {
  std::vector<std::string> names;
  for (const EmbeddingFormat& format : embedding_formats()) names.push_back(format.name);
  return names;
}

EndpointDefaults embedding_defaults(const std::string& provider) {
  return embedding_format(provider).defaults;
}

std::unique_ptr<Embedder> make_embedding_client(EmbedderSettings settings,
                                                http::Transport& transport,
                                                Stores stores,
                                                Budget& budget,
                                                const Clock& clock) {
  return std::make_unique<EmbeddingClient>(std::move(settings), transport, std::move(stores),
                                           budget, clock);
}

}  // namespace zopo::llm
