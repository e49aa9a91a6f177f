#pragma once
// A curl easy handle with all that it points to, for one request after the other.

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "zopo/http/curl_transport.h"

namespace zopo::http {

struct CurlFree {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, CurlFree>;

class Transfer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // options outlive the transfer.
  explicit Transfer(const CurlOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  // Makes the handle ready for another request; none may be under way.
  void begin(Request request, Transport::Done done);
  // Whether, at now, no byte has moved for too long since sending began.
  bool is_idle(TimePoint now);
  // These end the request under way, with a call of done. code is what curl said.
  void finish(CURLcode code);
  void give_up_idle();
  void cancel();

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* transfer);
  // False when the reply grows over the cap.
  bool count_bytes(std::size_t bytes);
  void set_up();
  void set_limits();
  void set_method();
  void set_headers();
  void fail(CURLcode code, const char* detail);

  const CurlOptions& options_;
  Request request_;
  Transport::Done done_;
  Response response_;
  std::int64_t received_bytes_ = 0;
  bool over_cap_ = false;
  std::int64_t moved_bytes_ = 0;
  TimePoint moved_at_;
  char detail_[CURL_ERROR_SIZE] = {};
  Headers listed_;  // what headers_ was made of
  std::unique_ptr<curl_slist, CurlFree> headers_;
  EasyHandle handle_;
};

}  // namespace zopo::http
