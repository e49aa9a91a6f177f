#include "zopo/http/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>

#include "tests/support/scripted_server.h"
#include "tests/support/wait_until.h"
#include "zopo/base/log.h"

namespace zopo::http {
namespace {

using test::Fault;
using test::ScriptedServer;
using test::ServerReply;
using test::ServerRequest;
using testing::HasSubstr;
using testing::Pair;

Result<Response> fetch(Transport& transport, Request request) {
  std::promise<Result<Response>> promise;
  transport.send(std::move(request),
                 [&](Result<Response> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

Result<Response> fetch(const std::string& url, CurlOptions options = {}) {
  return fetch(*make_curl_transport(options), {.url = url, .headers = {}, .body = "{}"});
}

// The error of a request to a server that behaves like that.
Error failure(const ServerReply& reply, CurlOptions options = {}) {
  ScriptedServer server([&](const ServerRequest&) { return reply; });
  const Result<Response> result = fetch(server.url() + "/path?key=1", options);
  EXPECT_FALSE(result.ok());
  if (result) return {};
  EXPECT_THAT(result.error().message, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
  EXPECT_THAT(result.error().message, testing::Not(HasSubstr("path")));
  return result.error();
}

TEST(CurlTransport, SendsMethodPathHeadersAndBody) {
  ScriptedServer server([](const ServerRequest&) { return ServerReply{.body = "yes"}; });
  const auto transport = make_curl_transport({.user_agent = "zopo/1"});
  const Request post{"POST", server.url() + "/v1/a?b=c", {{"X-One", "1"}}, "body"};
  EXPECT_TRUE(fetch(*transport, post).ok());
  EXPECT_TRUE(fetch(*transport, {"GET", server.url() + "/v1/models", {}, ""}).ok());
  const std::vector<ServerRequest> requests = server.requests();
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/v1/a?b=c");
  EXPECT_EQ(requests[0].body, "body");
  EXPECT_THAT(requests[0].headers,
              testing::IsSupersetOf({Pair("x-one", "1"), Pair("user-agent", "zopo/1")}));
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].headers.count("x-one"), 0u);  // nothing is left of the request before
  EXPECT_EQ(requests[1].body, "");
  EXPECT_EQ(server.connection_count(), 1);
}

TEST(CurlTransport, AnyStatusIsAResponseWithItsHeaders) {
  ScriptedServer server([](const ServerRequest&) {
    return ServerReply{.status = 503, .headers = {{"Retry-After", " 7 "}}, .body = "busy"};
  });
  const Result<Response> result = fetch(server.url());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->status, 503);
  EXPECT_EQ(result->header("retry-after"), "7");
  EXPECT_EQ(result->header("absent"), "");
  EXPECT_EQ(result->body, "busy");
}

TEST(CurlTransport, RedirectsAreNotFollowed) {
  ScriptedServer other([](const ServerRequest&) { return ServerReply{}; });
  ScriptedServer server([&](const ServerRequest&) {
    return ServerReply{.status = 307, .headers = {{"Location", other.url() + "/steal"}}};
  });
  const Result<Response> result = fetch(server.url());
  EXPECT_EQ(result->status, 307);
  EXPECT_EQ(other.request_count(), 0);
}

TEST(CurlTransport, BodiesOfAMegabyteArriveBothWays) {
  ScriptedServer server([](const ServerRequest& request) {
    return ServerReply{.body = request.body + request.body};
  });
  const std::string body(3 << 20, 'x');
  const auto transport = make_curl_transport({});
  const Result<Response> result = fetch(*transport, {"POST", server.url(), {}, body});
  EXPECT_EQ(result->body.size(), 2 * body.size());
}

TEST(CurlTransport, SixtyFourAtOnceOverAsManyConnections) {
  ScriptedServer server([](const ServerRequest& request) {
    return ServerReply{.body = request.body, .hold_until = 64};
  });
  const auto transport = make_curl_transport({.max_connections = 64});
  std::vector<std::promise<std::string>> bodies(256);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    transport->send({"POST", server.url(), {}, std::to_string(i)}, [&, i](Result<Response> result) {
      bodies[i].set_value(result ? result->body : result.error().message);
    });
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_EQ(bodies[i].get_future().get(), std::to_string(i));
  }
  EXPECT_EQ(server.most_in_flight(), 64);
  EXPECT_LE(server.connection_count(), 64);
}

TEST(CurlTransport, CallbacksMaySendOn) {
  ScriptedServer server([](const ServerRequest&) { return ServerReply{}; });
  const auto transport = make_curl_transport({.max_connections = 1});
  std::promise<void> finished;
  std::function<void(int)> chain = [&](int left) {
    if (left == 0) return finished.set_value();
    transport->send({"POST", server.url(), {}, ""},
                    [&, left](Result<Response>) { chain(left - 1); });
  };
  chain(20);
  finished.get_future().get();
  EXPECT_EQ(server.request_count(), 20);
}

TEST(CurlTransport, RefusedConnectionIsANetworkError) {
  int port = 0;
  {
    port = ScriptedServer([](const ServerRequest&) { return ServerReply{}; }).port();
  }
  const Result<Response> result = fetch("http://127.0.0.1:" + std::to_string(port));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().message, HasSubstr("refuses connections"));
}

TEST(CurlTransport, BrokenRepliesAreNetworkErrors) {
  for (const Fault fault : {Fault::close, Fault::reset, Fault::cut}) {
    const Error error = failure({.body = "0123456789", .fault = fault});
    EXPECT_EQ(error.kind, ErrorKind::network);
    EXPECT_THAT(error.message, HasSubstr("closed the connection"));
  }
  EXPECT_EQ(failure({.body = "0123456789", .content_length = 20}).kind, ErrorKind::network);
}

TEST(CurlTransport, SilenceEndsAfterTheIdleTimeout) {
  const Error error = failure({.fault = Fault::stall}, {.idle_timeout_ms = 200});
  EXPECT_EQ(error.kind, ErrorKind::network);
  EXPECT_THAT(error.message, HasSubstr("idle_timeout_ms (now 200)"));
}

TEST(CurlTransport, SteadyTrickleEndsAfterTheTotalTimeout) {
  const Error error = failure({.body = std::string(1000, 'x'), .fault = Fault::trickle},
                              {.idle_timeout_ms = 200, .total_timeout_ms = 500});
  EXPECT_EQ(error.kind, ErrorKind::network);
  EXPECT_THAT(error.message, HasSubstr("total_timeout_ms (now 500)"));
}

TEST(CurlTransport, LongReplyIsDroppedWhetherAnnouncedOrNot) {
  const std::string body(5000, 'x');
  EXPECT_EQ(failure({.body = body}, {.max_response_bytes = 4000}).kind, ErrorKind::api);
  const Error headers = failure({.headers = {{"X", body}}}, {.max_response_bytes = 4000});
  EXPECT_EQ(headers.kind, ErrorKind::api);
  EXPECT_THAT(headers.message, HasSubstr("longer than 4000 bytes"));
}

TEST(CurlTransport, MalformedAddressesAreConfigErrors) {
  for (const char* const url : {"ftp://host/x", "http://[::/", "file:///etc/passwd", ""}) {
    const Result<Response> result = fetch(url);
    ASSERT_FALSE(result.ok()) << url;
    EXPECT_EQ(result.error().kind, ErrorKind::config) << url;
    EXPECT_THAT(result.error().message, HasSubstr("base_url"));
  }
}

TEST(CurlTransport, HeaderWithALineBreakIsNotSent) {
  ScriptedServer server([](const ServerRequest&) { return ServerReply{}; });
  const auto transport = make_curl_transport({});
  const Result<Response> result =
      fetch(*transport, {"POST", server.url(), {{"Authorization", "a\r\nX-Evil: 1"}}, ""});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::config);
  EXPECT_EQ(server.request_count(), 0);
}

TEST(CurlTransport, DestroyingItEndsWhatIsPending) {
  ScriptedServer server([](const ServerRequest&) { return ServerReply{.fault = Fault::stall}; });
  std::atomic<int> interrupted = 0;
  {
    const auto transport = make_curl_transport({.max_connections = 2});
    for (int i = 0; i < 5; ++i) {
      transport->send({"POST", server.url(), {}, ""}, [&](Result<Response> result) {
        interrupted += !result && result.error().kind == ErrorKind::interrupted;
      });
    }
    ASSERT_TRUE(test::wait_until([&] { return server.request_count() >= 2; }));
  }
  EXPECT_EQ(interrupted, 5);
}

TEST(CurlTransport, SecretsInAddressesAreNotSaid) {
  redact_in_logs("hunter2");
  const Result<Response> result = fetch("ftp://user:hunter2@host/hunter2");
  EXPECT_THAT(result.error().message, testing::Not(HasSubstr("hunter2")));
}

TEST(HostOf, LeavesNothingButHostAndPort) {
  EXPECT_EQ(host_of("https://u:p@host:8080/v1?k=s#f"), "host:8080");
  EXPECT_EQ(host_of("http://host?k=a@b"), "host");
  EXPECT_EQ(host_of("host/v1"), "host");
  EXPECT_EQ(host_of("http://[::1]:80/"), "[::1]:80");
}

}  // namespace
}  // namespace zopo::http
