#pragma once
// A real HTTP/1.1 server on a free loopback port, scripted request by request: status, headers,
// body, delay, and the faults that real servers have. One thread per connection; keep-alive.
//
//   ScriptedServer server([](const ServerRequest& request) {
//     return ServerReply{.status = request.number == 0 ? 503 : 200, .body = "{}"};
//   });
//   get(server.url() + "/v1/models");

#include <netinet/in.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace zopo::test {

struct ServerRequest {
  std::string method;
  std::string target;                          // "/v1/chat/completions"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body = {};
  std::int64_t number = 0;  // order of arrival, from 0
};

enum class Fault {
  none,
  close,    // the connection is closed without a reply
  reset,    // the same, with a TCP reset
  cut,      // half of the body, then the connection is closed
  stall,    // nothing at all until the client gives up
  trickle,  // one byte of the body every 50 ms
};

struct ServerReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::chrono::milliseconds delay{0};
  Fault fault = Fault::none;
  int hold_until = 0;  // answered only once so many requests have been under way at the same time
  std::optional<std::int64_t> content_length = {};  // when it shall differ from the body's
};

// Thread-safe.
class ScriptedServer {
 public:
  // Called for one request at a time, so it needs no locks of its own; delays do not hold others.
  using Handler = std::function<ServerReply(const ServerRequest&)>;

  // Listens when this returns.
  explicit ScriptedServer(Handler handler);
  // Cuts every connection and joins every thread.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  // "http://127.0.0.1:PORT"
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // What arrived so far, in order of arrival.
  std::vector<ServerRequest> requests() const;
  std::int64_t request_count() const;
  // Replies that were handed to the kernel whole.
  std::int64_t delivered_count() const;
  // The most requests that were under way at once.
  int most_in_flight() const;
  std::int64_t connection_count() const;
  // What handlers wrote up to now may be read, and changed, after this call.
  void settle() const;
  // Counts only from now on; for tests with very many requests.
  void forget_requests();

 private:
  void accept_loop();
  void serve(int socket);
  // False when the connection is to be closed.
  bool answer(int socket, ServerRequest request);
  bool deliver(int socket, const ServerReply& reply);
  // These return false when the server stopped meanwhile.
  bool wait_for_in_flight(int count);
  bool pause(std::chrono::milliseconds duration);
  ServerReply arrive(ServerRequest request);
  void leave(bool delivered);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool keep_requests_ = true;
  std::set<int> sockets_;
  std::vector<std::jthread> connections_;
  std::vector<ServerRequest> requests_;
  std::int64_t request_count_ = 0;
  std::int64_t delivered_count_ = 0;
  std::int64_t connection_count_ = 0;
  int in_flight_ = 0;
  int most_in_flight_ = 0;

  mutable std::mutex handler_mutex_;
  std::jthread acceptor_;  // last: it uses all of the above
};

}  // namespace zopo::test
