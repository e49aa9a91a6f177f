#pragma once
// Where other threads leave messages for one that waits.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace zopo::llm {

template <class Message>
class Mailbox {
 public:
  void post(Message message) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = messages_.empty();
      messages_.push_back(std::move(message));
    }
    if (first) arrived_.notify_one();  // who waits takes all that is there
  }

  // All messages so far into an empty vector; waits for the first at most so long (by the machine's
  // clock).
  void take(std::chrono::milliseconds longest, std::vector<Message>& messages) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, longest, [this] { return !messages_.empty(); });
    messages.swap(messages_);  // both keep their memory
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Message> messages_;
};

}  // namespace zopo::llm
