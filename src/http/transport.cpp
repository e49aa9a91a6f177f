// The parts of requests and replies that every transport shares.

#include "zopo/http/transport.h"

#include <algorithm>

namespace zopo::http {

std::string Response::header(const std::string& name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? "" : found->second;
}

std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::string authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t user = authority.rfind('@');
  return user == std::string::npos ? authority : authority.substr(user + 1);
}

}  // namespace zopo::http
