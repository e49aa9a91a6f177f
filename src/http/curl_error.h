#pragma once
// What a failed transfer means, in a sentence.

#include <curl/curl.h>

#include <string>

#include "http/proxy.h"
#include "zopo/base/error.h"
#include "zopo/http/curl_transport.h"

namespace zopo::http {

struct FailedTransfer {
  CURLcode code = CURLE_OK;
  std::string detail;  // curl's own words, may be ""
  std::string host;
  bool connected = false;  // as far as sending the request
  bool over_cap = false;
  Proxy proxy = {};       // that the request was to go through
  long proxy_status = 0;  // its reply to CONNECT; 0 where there was none
};

// The Error of Transport::send, redacted.
Error explain(const FailedTransfer& failed, const CurlOptions& options);

}  // namespace zopo::http
