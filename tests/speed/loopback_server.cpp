// A fast endpoint on the loopback for benchmarks of the transport: every request gets the same chat
// completion, or at .../embeddings as many vectors of 384 as it has texts, at once or after a fixed
// latency.
//
//   loopback_server LATENCY_MS [THREADS]
//
// prints its port. Requests are only framed (by Content-Length), and never read but for the number
// of texts.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

std::string whole_reply(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string& chat_reply() {
  static const std::string body =
      R"({"id":"chatcmpl-1","object":"chat.completion","model":"loopback","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"YES"},"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":20,"completion_tokens":1,"total_tokens":21}})";
  static const std::string whole = whole_reply(body);
  return whole;
}

// Strings in the array "input" of a request's body.
std::size_t texts_in(std::string_view request) {
  std::size_t at = request.find("\"input\":["), count = 0;
  if (at == std::string_view::npos) return 0;
  bool inside = false;
  for (at += 9; at < request.size() && (inside || request[at] != ']'); ++at) {
    if (inside && request[at] == '\\') {
      ++at;
    } else if (request[at] == '"') {
      inside = !inside;
      if (inside) ++count;
    }
  }
  return count;
}

const std::string& embedding_reply(std::size_t texts) {
  static thread_local std::map<std::size_t, std::string> replies;
  std::string& whole = replies[texts];
  if (!whole.empty()) return whole;
  std::string body = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < texts; ++i) {
    body += (i == 0 ? "" : ",") + std::string(R"({"object":"embedding","index":)") +
            std::to_string(i) + R"(,"embedding":[)";
    for (std::size_t k = 0; k < 384; ++k) {
      const double value = static_cast<double>((i * 7919 + k * 104729) % 20011) / 2e5 - 0.05;
      body += (k == 0 ? "" : ",") + std::to_string(value + 1e-3);
    }
    body += "]}";
  }
  body += R"(],"model":"loopback","usage":{"prompt_tokens":20,"total_tokens":20}})";
  return whole = whole_reply(body);
}

// Bytes of the first whole request in buffer; 0 when there is none.
std::size_t request_size(std::string_view buffer) {
  const std::size_t head = buffer.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
    const std::size_t at = buffer.substr(0, head).find(name);
    if (at != std::string_view::npos)
      body = std::strtoul(buffer.data() + at + name.size(), nullptr, 10);
  }
  return buffer.size() >= head + 4 + body ? head + 4 + body : 0;
}

// One thread's connections.
class Loop {
 public:
  Loop(int listener, std::chrono::milliseconds latency) : listener_(listener), latency_(latency) {
    watch(listener_, EPOLLIN | EPOLLEXCLUSIVE);
  }

  [[noreturn]] void run() {
    while (true) {
      std::array<epoll_event, 256> events;
      const int count =
          epoll_wait(poll_, events.data(), static_cast<int>(events.size()), patience());
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)].data.fd);
      answer_due();
    }
  }

 private:
  void watch(int socket, unsigned events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  }

  int patience() const {
    if (due_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

  void handle(int socket) {
    if (socket == listener_) return accept_one();
    std::string& buffer = buffers_[socket];
    char chunk[16384];
    const ssize_t received = recv(socket, chunk, sizeof chunk, 0);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (received <= 0) {
      buffers_.erase(socket);
      close(socket);
      return;
    }
    buffer.append(chunk, static_cast<std::size_t>(received));
    while (const std::size_t size = request_size(buffer)) {
      const std::string_view request = std::string_view(buffer).substr(0, size);
      const bool embeds =
          request.substr(0, request.find('\r')).find("/embeddings ") != request.npos;
      due_.push_back({Clock::now() + latency_, socket,
                      embeds ? &embedding_reply(texts_in(request)) : &chat_reply()});
      buffer.erase(0, size);
    }
    if (latency_.count() == 0) answer_due();
  }

  void accept_one() {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(socket, EPOLLIN);
  }

  void answer_due() {
    while (!due_.empty() && due_.front().at <= Clock::now()) {
      send_whole(due_.front().socket, *due_.front().reply);
      due_.pop_front();
    }
  }

  static void send_whole(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      pollfd writable{socket, POLLOUT, 0};
      if (!bytes.empty()) poll(&writable, 1, 1000);
    }
  }

  struct Due {
    Clock::time_point at;
    int socket = -1;
    const std::string* reply = nullptr;
  };

  const int listener_;
  const std::chrono::milliseconds latency_;
  const int poll_ = epoll_create1(0);
  std::map<int, std::string> buffers_;
  std::deque<Due> due_;
};

int listen_on_loopback(int& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, raw, size) != 0 || listen(listener, 1024) != 0) std::exit(1);
  getsockname(listener, raw, &size);
  port = ntohs(address.sin_port);
  return listener;
}

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::milliseconds latency(argc > 1 ? std::atoi(argv[1]) : 0);
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  int port = 0;
  const int listener = listen_on_loopback(port);
  std::printf("%d\n", port);
  std::fflush(stdout);
  std::vector<std::jthread> loops;
  for (int i = 0; i < threads; ++i) {
    loops.emplace_back([=] { Loop(listener, latency).run(); });
  }
}
