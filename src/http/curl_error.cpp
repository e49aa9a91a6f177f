// Words for what curl says, by where it went wrong: proxy, connection, certificate, reply. Called
// by transfer.cpp.

#include "http/curl_error.h"

#include <fmt/core.h>

#include <optional>

#include "zopo/base/log.h"

namespace zopo::http {
namespace {

std::string time_out(const FailedTransfer& failed, const CurlOptions& options) {
  if (!failed.connected) {
    return fmt::format(
        "No connection to {} within {} s. Check the address and that the server "
        "runs, or raise connect_timeout_ms.",
        failed.host, options.connect_timeout_ms / 1e3);
  }
  return fmt::format(
      "{} did not answer in time ({}). Raise idle_timeout_ms (now {}) or "
      "total_timeout_ms (now {}) if it is only slow.",
      failed.host, failed.detail, options.idle_timeout_ms, options.total_timeout_ms);
}

Error over_cap(const FailedTransfer& failed, const CurlOptions& options) {
  return {ErrorKind::api,
          fmt::format("The reply of {} is longer than {} bytes and was dropped. Check that the "
                      "address is that of an API.",
                      failed.host, options.max_response_bytes)};
}

// What went wrong before the server itself was reached.
std::optional<Error> proxy_error(const FailedTransfer& failed) {
  const Proxy& proxy = failed.proxy;
  if (proxy.address.empty() || failed.connected) return std::nullopt;
  const std::string check =
      fmt::format(" Check {} and NO_PROXY, which names hosts that need no proxy.", proxy.variable);
  if (failed.proxy_status >= 400) {
    return Error{
        ErrorKind::network,
        fmt::format("The proxy {} does not let through to {} (status {}{}).{}", proxy.address,
                    failed.host, failed.proxy_status,
                    failed.proxy_status == 407 ? ", it wants a user and password" : "", check)};
  }
  switch (failed.code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Error{ErrorKind::network,
                   fmt::format("The name of the proxy {} is not known.{}", proxy.address, check)};
    case CURLE_COULDNT_CONNECT:
      return Error{ErrorKind::network,
                   fmt::format("The proxy {}, by which {} is to be reached, refuses connections.{}",
                               proxy.address, failed.host, check)};
    case CURLE_OPERATION_TIMEDOUT:
      return Error{ErrorKind::network, fmt::format("No connection to {} by the proxy {}.{}",
                                                   failed.host, proxy.address, check)};
    default:
      return std::nullopt;
  }
}

Error say(const FailedTransfer& failed, const CurlOptions& options) {
  if (failed.over_cap) return over_cap(failed, options);
  if (auto error = proxy_error(failed)) return *error;
  switch (failed.code) {
    case CURLE_FILESIZE_EXCEEDED:
      return over_cap(failed, options);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorKind::config,
              fmt::format("The address of {} cannot be used ({}). Give base_url in the form "
                          "https://host/v1.",
                          failed.host, failed.detail)};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorKind::network,
              fmt::format("The host name of {} is not known. Check base_url and the network.",
                          failed.host)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {ErrorKind::network,
              fmt::format("The proxy for {} has a name that is not known. Check HTTPS_PROXY and "
                          "NO_PROXY.",
                          failed.host)};
    case CURLE_COULDNT_CONNECT:
      return {ErrorKind::network,
              fmt::format("{} refuses connections. Check that the server runs and that base_url "
                          "names its port.",
                          failed.host)};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorKind::network, time_out(failed, options)};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return {ErrorKind::api,
              fmt::format("The certificate of {} does not verify ({}), so nothing was sent. Set "
                          "SSL_CERT_FILE if it is signed by an authority of your own.",
                          failed.host, failed.detail)};
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return {ErrorKind::network,
              fmt::format("{} closed the connection before its reply was whole ({}). See the "
                          "server's log.",
                          failed.host, failed.detail)};
    default:
      return {ErrorKind::network,
              fmt::format("The request to {} failed: {}. Check the server and the network.",
                          failed.host, failed.detail)};
  }
}

}  // namespace

Error explain(const FailedTransfer& failed, const CurlOptions& options) {
  FailedTransfer worded = failed;
  if (worded.detail.empty()) worded.detail = curl_easy_strerror(failed.code);
  Error error = say(worded, options);
  error.message = redacted(error.message);
  return error;
}

}  // namespace zopo::http
