// A thread that drives curl's multi interface: callers queue requests, it starts, watches and ends
// transfers. Called by run for every endpoint with an address.

#include "zopo/http/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "http/transfer.h"

namespace zopo::http {
namespace {

struct Waiting {
  Request request;
  Transport::Done done;
};

struct MultiFree {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

void initialise_curl_once() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::bad_alloc();  // it fails for want of memory only
}

// A line break in a header would let its value pose as further headers.
bool has_line_break(const Request& request) {
  static constexpr std::string_view kBreaks("\r\n\0", 3);
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return (header.first + header.second).find_first_of(kBreaks) != std::string::npos;
  });
}

// Everything below incoming_ belongs to the loop thread.
class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CurlOptions options) : options_(std::move(options)) {
    initialise_curl_once();
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, long{options_.max_connections});
    thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
  }

  ~CurlTransport() override {
    thread_.request_stop();
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void send(Request request, Done done) override {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = incoming_.empty();
      incoming_.push_back({std::move(request), std::move(done)});
    }
    if (first) curl_multi_wakeup(multi_.get());  // the loop takes all that is there
  }

 private:
  void loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_done();
      end_idle();
      start_waiting();  // after the finished ones have made room; a new transfer ends the poll
      curl_multi_poll(multi_.get(), nullptr, 0, running_.empty() ? 60'000 : look_around_ms(),
                      nullptr);
    }
    cancel_all();
  }

  // How often idleness is looked for while something runs.
  int look_around_ms() const { return std::clamp(options_.idle_timeout_ms / 10, 10, 1000); }

  void start_waiting() {
    take_incoming();
    while (!waiting_.empty() && running_.size() < most_running()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      start(std::move(next));
    }
  }

  void take_incoming() {
    const std::lock_guard lock(mutex_);
    std::move(incoming_.begin(), incoming_.end(), std::back_inserter(waiting_));
    incoming_.clear();
  }

  std::size_t most_running() const {
    return static_cast<std::size_t>(std::max(1, options_.max_connections));
  }

  void start(Waiting next) {
    if (has_line_break(next.request)) {
      return next.done({Error{ErrorKind::config,
                              "A header for " + host_of(next.request.url) +
                                  " contains a line break. Check the environment variable that "
                                  "holds the API key."},
                        true});
    }
    std::unique_ptr<Transfer> transfer = idle_transfer();
    transfer->begin(std::move(next.request), std::move(next.done));
    CURL* const handle = transfer->handle();
    running_.emplace(handle, std::move(transfer));
    curl_multi_add_handle(multi_.get(), handle);
  }

  std::unique_ptr<Transfer> idle_transfer() {
    if (idle_.empty()) return std::make_unique<Transfer>(options_);
    std::unique_ptr<Transfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // the message dies with the handle's removal
      take(message->easy_handle, [code](Transfer& transfer) { transfer.finish(code); });
    }
  }

  // Looks at most as often as the poll does of itself.
  void end_idle() {
    const auto now = std::chrono::steady_clock::now();
    if (now < look_again_at_) return;
    look_again_at_ = now + std::chrono::milliseconds(look_around_ms());
    std::vector<CURL*> idle;
    for (const auto& [handle, transfer] : running_) {
      if (transfer->is_idle(now)) idle.push_back(handle);
    }
    for (CURL* const handle : idle) take(handle, [](Transfer& it) { it.give_up_idle(); });
  }

  template <class End>
  void take(CURL* handle, End end) {
    curl_multi_remove_handle(multi_.get(), handle);
    auto node = running_.extract(handle);
    end(*node.mapped());
    idle_.push_back(std::move(node.mapped()));
  }

  void cancel_all() {
    while (!running_.empty()) {
      take(running_.begin()->first, [](Transfer& transfer) { transfer.cancel(); });
    }
    take_incoming();
    for (Waiting& next : waiting_) {
      next.done({Error{ErrorKind::interrupted,
                       "The request to " + host_of(next.request.url) + " was not sent."},
                 true});
    }
  }

  const CurlOptions options_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::mutex mutex_;
  std::vector<Waiting> incoming_;

  std::deque<Waiting> waiting_;
  std::map<CURL*, std::unique_ptr<Transfer>> running_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  Transfer::TimePoint look_again_at_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(CurlOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace zopo::http
