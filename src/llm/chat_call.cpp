// One chat request: its body, its key, its reply. Called by client.cpp through Exchange.

#include "llm/chat_call.h"

#include "llm/any_usage.h"
#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/credentials.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "llm/turns.h"
#include "zopo/base/error.h"
#include "zopo/base/log.h"
#include "zopo/base/text.h"
#include "zopo/llm/stored_reply.h"

namespace zopo::llm {
namespace {

Usage sum_of(const std::vector<Usage>& calls) {
  Usage sum;
  for (const Usage& usage : calls) {
    sum.prompt_tokens += usage.prompt_tokens;
    sum.completion_tokens += usage.completion_tokens;
    sum.cached_tokens += usage.cached_tokens;
    sum.reasoning_tokens += usage.reasoning_tokens;
  }
  return sum;
}

// A failure of the endpoint, the account or the model rather than of this request.
bool meets_all(int status, bool exhausted, const Error& error) {
  if (error.kind != ErrorKind::api) return error.kind == ErrorKind::auth;
  return exhausted || status == 402 || status == 404 || status == 405 || status == 407 ||
         (status >= 300 && status < 400);
}

// What holds whatever others were answered: the key, the account.
bool holds_for_sure(int status, bool exhausted, const Error& error) {
  return exhausted || status == 402 || (error.kind == ErrorKind::auth && status != 403);
}

// {..} a line, as Ollama's own API streams. An object that is whole on the first of several lines
// tells: of one that is written over lines the first line is none.
bool is_several_objects(const std::string& body) {
  const std::string_view text = trim(body);
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && parse_json(std::string(text.substr(0, end))).is_object();
}

}  // namespace

ChatCall::ChatCall(const ChatRequest& request,
                   const ChatWire& wire,
                   const ClientSettings& settings,
                   Archive& archive,
                   Dialect& dialect)
    : request_(request), wire_(wire), settings_(settings), archive_(archive), dialect_(dialect) {}

Amount ChatCall::bound() const {
  Amount bound{.calls = 1};
  const std::size_t bytes = body_.empty() ? wire_.body(request_).size() : body_.size();
  bound.usage.prompt_tokens = static_cast<std::int64_t>(bytes);
  bound.usage.completion_tokens = wire_.completion_limit().value_or(0);
  if (settings_.pricing) bound.cost = settings_.pricing->upper_bound(bound.usage);
  return bound;
}

Picodollars ChatCall::cost(const Usage& usage) const {
  return settings_.pricing ? settings_.pricing->cost(usage) : 0;
}

std::optional<std::vector<Usage>> ChatCall::find_stored(const Budget& budget) {
  body_ = wire_.body(request_);
  key_ = request_key(wire_.key_url(), body_, request_.repeat);
  const std::optional<Archive::Found> found = archive_.find(key_);
  if (!found) return std::nullopt;
  const Result<StoredReply> stored = from_payload(found->payload);
  if (!stored) {
    throw Failure(stored.error().with_context("The record " + to_hex(key_)));
  }
  in_run_ = found->in_run;
  calls_ = stored->calls;
  reply_ = reply_from(*stored);
  return budget.is_counted(key_) ? std::vector<Usage>{} : calls_;
}

ChatReply ChatCall::reply_from(const StoredReply& stored) const {
  ChatReply reply;
  reply.state = stored.state;
  reply.text = stored.text;
  reply.finish_reason = stored.finish_reason;
  reply.model = stored.model;
  reply.usage = sum_of(stored.calls);
  reply.calls = static_cast<int>(stored.calls.size());
  return reply;
}

http::Request ChatCall::request() {
  sent_ = dialect_;
  return {"POST", wire_.url(), wire_.headers(),
          sent_ == Dialect{} ? body_ : wire_.body_in(sent_, request_)};
}

void ChatCall::learn(const Dialect& wanted, const std::string& why) {
  const Dialect learnt = dialect_ | wanted;  // others may have taught it something else meanwhile
  if (learnt == dialect_) return;
  log_warn("{}: {} {}", endpoint_name(wire_.url()), why, change_between(dialect_, learnt));
  dialect_ = learnt;
}

bool ChatCall::learns_from(const http::Response& response) {
  const std::optional<Dialect> wanted =
      asked_for(sent_, wire_.chat(), response.status, response.body, !system_of(request_).empty());
  if (wanted) learn(*wanted, reply_.error.message);
  return wanted.has_value();
}

// A server that streams though nobody asked for it: what it said counts where it is whole.
bool ChatCall::streams_unasked(const http::Response& response) {
  const bool streams = is_event_stream(response.body) || is_several_objects(response.body);
  if (!streams || wire_.chat().extra.contains("stream")) return false;
  learn({.whole = true}, "The reply came as a stream of events.");
  return !sent_.whole && (reply_.finish_reason.empty() || reply_.finish_reason == "error");
}

CallOutcome ChatCall::refused(const http::Response& response) const {
  const Json json = parse_json(response.body);
  const bool exhausted = account_is_exhausted(json);
  Error error = reply_.error;
  const bool own = !exhausted && response.status != 401 && is_about_content(response.status, json);
  const bool all = !own && meets_all(response.status, exhausted, error);
  if (own && error.kind == ErrorKind::auth) error.kind = ErrorKind::api;
  std::string advice = with_key_hint({error.kind, ""}, settings_.endpoint).message;
  error.message += route_hint(response, wire_.url());
  // It would refuse every other request as well: no evaluation is worth another attempt.
  if (all && error.kind == ErrorKind::api) error.kind = ErrorKind::refused;
  if (exhausted) advice = " The account may spend no more: top it up or raise its limit.";
  return {.kind = CallOutcome::Kind::failed,
          .usage = reply_.usage == Usage{} ? any_usage(json) : reply_.usage,
          .error = error.with_context(endpoint_name(wire_.url())),
          .wait = wait_in(json),
          .meets_all = all,
          .unless_answered = !own && !holds_for_sure(response.status, exhausted, error) &&
                             is_about_all(response.status, json),
          .is_own = own,
          .is_free = costs_nothing(response.status, json),
          .advice = advice};
}

CallOutcome ChatCall::receive(const http::Response& response) {
  reply_ = wire_.parse(response);
  if (streams_unasked(response))
    return {.kind = CallOutcome::Kind::changed, .usage = reply_.usage, .error = reply_.error};
  if (reply_.state == ReplyState::error) {
    CallOutcome outcome = refused(response);
    if (learns_from(response)) outcome.kind = CallOutcome::Kind::changed;
    return outcome;
  }
  const Usage usage = reply_.usage;
  calls_.push_back(usage);
  reply_.usage = sum_of(calls_);
  reply_.calls = static_cast<int>(calls_.size());
  reply_.paid = true;
  const bool empty = reply_.text.empty() && !is_cut(reply_.finish_reason);
  return {.kind = empty ? CallOutcome::Kind::empty : CallOutcome::Kind::answered,
          .usage = usage,
          .error = {}};
}

bool ChatCall::carry(const Usage& usage) {
  calls_.push_back(usage);
  return true;
}

std::vector<Record> ChatCall::records() const {
  const bool storable = reply_.state == ReplyState::ok ||
                        (reply_.state == ReplyState::truncated && settings_.keep_truncated);
  if (in_run_ || !storable) return {};
  const StoredReply stored{reply_.state, reply_.text, reply_.finish_reason, reply_.model, calls_};
  const bool is_nothing = reply_.state == ReplyState::truncated && reply_.text.empty();
  return {{key_, to_payload(stored), is_nothing}};
}

void ChatCall::fail(const Error& error) {
  const bool refused = reply_.state == ReplyState::error &&
                       reply_.error.kind != ErrorKind::network && error.kind == ErrorKind::api;
  reply_ = ChatReply{};
  reply_.error = error;
  reply_.refused = refused;
  reply_.usage = sum_of(calls_);
  reply_.calls = static_cast<int>(calls_.size());
  reply_.paid = !calls_.empty() && !in_run_;
}

std::string ChatCall::name() const {
  const std::string last = request_.messages.empty() ? "" : request_.messages.back().content;
  return "the answer to " + quoted(last);
}

}  // namespace zopo::llm
