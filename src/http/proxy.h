#pragma once
// Which proxy curl takes for a URL: it reads the environment by itself and does not tell.

#include <string>

namespace zopo::http {

struct Proxy {
  std::string address;   // host and port, without user and password; "" where there is none
  std::string variable;  // that names it
};

// https_proxy, HTTPS_PROXY, http_proxy (in lower case only), all_proxy, ALL_PROXY; no_proxy and
// NO_PROXY name the hosts that have none.
Proxy proxy_of(const std::string& url);

}  // namespace zopo::http
