// Chooses which call goes out next, and when. Called by batch.cpp.

#include "llm/outbox.h"

#include <algorithm>

namespace zopo::llm {

void Outbox::add_after(Milliseconds wait, std::size_t call, double most_tokens) {
  later_.emplace(clock_.now() + wait, Waiting{call, most_tokens});
}

std::optional<std::size_t> Outbox::next() {
  move_due();
  if (ready_.empty() || !has_room()) return std::nullopt;
  const Waiting first = ready_.front();
  if (pace_.limiter.wait(first.most_tokens) > Milliseconds(0)) return std::nullopt;
  ready_.pop_front();
  const double charged = pace_.limiter.send(first.most_tokens);
  out_[first.call] = {pace_.concurrency.send(), charged};
  return first.call;
}

void Outbox::came_back(std::size_t call, const Return& news) {
  const auto sent = out_.extract(call);
  pace_.limiter.settle(sent.mapped().charged, news.tokens);
  if (news.answered) pace_.concurrency.succeed();
  if (news.throttled) pace_.concurrency.throttle(sent.mapped().number);
}

std::optional<Milliseconds> Outbox::until_next() const {
  if (!has_room()) return std::nullopt;
  if (!ready_.empty()) return pace_.limiter.wait(ready_.front().most_tokens);
  if (later_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<Milliseconds>(later_.begin()->first - clock_.now());
  return std::max(left, Milliseconds(0));
}

std::vector<std::size_t> Outbox::take_back() {
  std::vector<std::size_t> calls;
  for (const auto& [call, sent] : out_) calls.push_back(call);
  for (const std::size_t call : calls) came_back(call, {});
  return calls;
}

std::vector<std::size_t> Outbox::clear() {
  std::vector<std::size_t> calls;
  for (const Waiting& waiting : ready_) calls.push_back(waiting.call);
  for (const auto& [due, waiting] : later_) calls.push_back(waiting.call);
  ready_.clear();
  later_.clear();
  return calls;
}

void Outbox::move_due() {
  while (!later_.empty() && later_.begin()->first <= clock_.now()) {
    ready_.push_back(later_.begin()->second);
    later_.erase(later_.begin());
  }
}

}  // namespace zopo::llm
