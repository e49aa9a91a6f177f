// Sets up curl for one request after the other and collects the reply. Called by
// curl_transport.cpp, on its thread.

#include "http/transfer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <new>
#include <string_view>
#include <utility>

#include "http/curl_error.h"
#include "zopo/base/text.h"

namespace zopo::http {
namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

bool has_begun_sending(CURL* handle) {
  curl_off_t sending_began_us = 0;
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &sending_began_us);
  return sending_began_us > 0;
}

}  // namespace

Transfer::Transfer(const CurlOptions& options) : options_(options), handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc();
  set_up();
  set_limits();
}

// What is the same for every request.
void Transfer::set_up() {
  CURL* const handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail_);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
}

void Transfer::set_limits() {
  CURL* const handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, long{options_.connect_timeout_ms});
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, long{options_.total_timeout_ms});
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(options_.max_response_bytes));
  // The library, unlike the command, does not look at these by itself.
  if (const char* file = std::getenv("SSL_CERT_FILE")) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, file);
  }
  if (const char* directory = std::getenv("SSL_CERT_DIR")) {
    curl_easy_setopt(handle, CURLOPT_CAPATH, directory);
  }
}

void Transfer::begin(Request request, Transport::Done done) {
  const bool same_url = request.url == request_.url;
  request_ = std::move(request);
  done_ = std::move(done);
  response_ = {};
  received_bytes_ = 0;
  over_cap_ = false;
  detail_[0] = '\0';
  if (!same_url) {
    curl_easy_setopt(handle(), CURLOPT_URL, request_.url.c_str());
    // Share one HTTP/2 connection instead of opening many; with HTTP/1.1 waiting would only delay.
    curl_easy_setopt(handle(), CURLOPT_PIPEWAIT, long{request_.url.starts_with("https:")});
  }
  set_method();
  set_headers();
  moved_bytes_ = 0;
  moved_at_ = std::chrono::steady_clock::now();
}

void Transfer::set_method() {
  if (request_.method == "GET") {
    curl_easy_setopt(handle(), CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(handle(), CURLOPT_POST, 1L);
  curl_easy_setopt(handle(), CURLOPT_POSTFIELDS, request_.body.data());
  curl_easy_setopt(handle(), CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request_.body.size()));
}

void Transfer::set_headers() {
  if (headers_ && listed_ == request_.headers) return;
  // Without "Expect:" curl would ask before sending a body over 1 MB and wait for an answer that
  // many servers never give.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request_.headers) {
    const std::string line = fmt::format("{}: {}", name, value);
    list = curl_slist_append(list, line.c_str());
  }
  curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, list);
  headers_.reset(list);
  listed_ = request_.headers;
}

// curl's own low-speed limit averages over five seconds, so it is late by as many.
bool Transfer::is_idle(TimePoint now) {
  curl_off_t sent_bytes = 0;
  curl_easy_getinfo(handle(), CURLINFO_SIZE_UPLOAD_T, &sent_bytes);
  const std::int64_t moved_bytes = received_bytes_ + sent_bytes;
  if (moved_bytes != moved_bytes_ || !has_begun_sending(handle())) {
    moved_bytes_ = moved_bytes;
    moved_at_ = now;
  }
  return now - moved_at_ > std::chrono::milliseconds(options_.idle_timeout_ms);
}

bool Transfer::count_bytes(std::size_t bytes) {
  received_bytes_ += static_cast<std::int64_t>(bytes);
  over_cap_ = received_bytes_ > options_.max_response_bytes;
  return !over_cap_;
}

std::size_t Transfer::on_body(char* data, std::size_t, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (!self.count_bytes(count)) return 0;
  self.response_.body.append(data, count);
  return count;
}

std::size_t Transfer::on_header(char* data, std::size_t, std::size_t count, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (!self.count_bytes(count)) return 0;
  const std::string_view line(data, count);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    self.response_.headers.clear();  // those before belonged to an interim reply
  } else if (colon != std::string_view::npos) {
    self.response_.headers.emplace_back(lower(trim(line.substr(0, colon))),
                                        trim(line.substr(colon + 1)));
  }
  return count;
}

void Transfer::finish(CURLcode code) {
  if (code != CURLE_OK) return fail(code, detail_);
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  done_(std::move(response_));
}

void Transfer::give_up_idle() { fail(CURLE_OPERATION_TIMEDOUT, "no byte came"); }

void Transfer::fail(CURLcode code, const char* detail) {
  const bool connected = has_begun_sending(handle());
  long proxy_status = 0;
  curl_easy_getinfo(handle(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  done_({explain({.code = code,
                  .detail = detail,
                  .host = host_of(request_.url),
                  .connected = connected,
                  .over_cap = over_cap_,
                  .proxy = proxy_of(request_.url),
                  .proxy_status = proxy_status},
                 options_),
         !connected});
}

void Transfer::cancel() {
  done_({Error{ErrorKind::interrupted,
               "The request to " + host_of(request_.url) + " was given up before its reply came."},
         !has_begun_sending(handle())});
}

}  // namespace zopo::http
