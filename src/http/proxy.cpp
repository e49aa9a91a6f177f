// Reads the environment as curl does. Called by transfer.cpp, to name the proxy in an error.

#include "http/proxy.h"

#include <cstdlib>
#include <initializer_list>

#include "zopo/base/text.h"
#include "zopo/http/transport.h"

namespace zopo::http {
namespace {

Proxy first_of(std::initializer_list<const char*> variables) {
  for (const char* const variable : variables) {
    const char* const value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return {value, variable};
  }
  return {};
}

bool is_exempt(std::string host) {
  host = host.substr(0, host.rfind(':'));
  for (const std::string& part : split(first_of({"no_proxy", "NO_PROXY"}).address, ',')) {
    std::string_view name = trim(part);
    if (name == "*") return true;
    if (name.starts_with('.')) name.remove_prefix(1);
    if (name.empty()) continue;
    if (host == name || host.ends_with("." + std::string(name))) return true;
  }
  return false;
}

}  // namespace

Proxy proxy_of(const std::string& url) {
  Proxy proxy = url.starts_with("https:")
                    ? first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
                    : first_of({"http_proxy", "all_proxy", "ALL_PROXY"});
  if (proxy.address.empty() || is_exempt(host_of(url))) return {};
  proxy.address = host_of(proxy.address);
  return proxy;
}

}  // namespace zopo::http
