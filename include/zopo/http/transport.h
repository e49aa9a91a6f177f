#pragma once
// One HTTP request -> one response or an Error. No retries, no meaning.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "zopo/base/result.h"

namespace zopo::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";  // POST or GET
  std::string url;
  Headers headers;
  std::string body;
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case, in the order received
  std::string body;

  // The first header of that (lower-case) name, or "".
  std::string header(const std::string& name) const;
};

// What became of a request.
struct Reply : Result<Response> {
  using Result<Response>::Result;
  Reply(Result<Response> result, bool was_unsent = false)
      : Result<Response>(std::move(result)), unsent(was_unsent) {}

  bool unsent = false;  // an error: not a byte can have reached the server, so it cost nothing
};

// Thread-safe.
class Transport {
 public:
  using Done = std::function<void(Reply)>;
  virtual ~Transport() = default;
  // Starts the request; done is called once, from the transport's own thread, and must not block.
  // Any HTTP status is a Response, redirects included. An Error is of kind
  //   network      trying again may help: no connection, time-out, a connection that broke
  //   api          it will not: a certificate that does not verify, a body over the cap
  //   config       the address or a header is malformed
  //   interrupted  the transport was destroyed first
  // Its message says the host, what happened and what to do, and holds no secret.
  virtual void send(Request request, Done done) = 0;
};

// "host:port" of a URL for messages, without user, password, path or query.
std::string host_of(const std::string& url);

}  // namespace zopo::http
