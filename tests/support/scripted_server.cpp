#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace zopo::test {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Appends what arrives; false when the peer is gone.
bool receive_more(int socket, std::string& buffer) {
  char chunk[16384];
  const ssize_t received = recv(socket, chunk, sizeof chunk, 0);
  if (received <= 0) return false;
  buffer.append(chunk, static_cast<std::size_t>(received));
  return true;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void parse_head(std::string_view head, ServerRequest& request) {
  const std::size_t line_end = head.find("\r\n");
  const std::string_view first = head.substr(0, line_end);
  const std::size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  for (std::size_t at = line_end + 2; at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) break;
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    request.headers[lower(std::string(line.substr(0, colon)))] = line.substr(value);
    at = end + 2;
  }
}

// Takes one whole request off the front of buffer, reading more as needed.
bool receive_request(int socket, std::string& buffer, ServerRequest& request) {
  std::size_t head_end = 0;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more(socket, buffer)) return false;
  }
  parse_head(std::string_view(buffer).substr(0, head_end + 2), request);
  const auto length = request.headers.find("content-length");
  const std::size_t body_size = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (buffer.size() < head_end + 4 + body_size) {
    if (!receive_more(socket, buffer)) return false;
  }
  request.body = buffer.substr(head_end + 4, body_size);
  buffer.erase(0, head_end + 4 + body_size);
  return true;
}

std::string head_of(const ServerReply& reply) {
  const std::int64_t length =
      reply.content_length.value_or(static_cast<std::int64_t>(reply.body.size()));
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

void reset(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

ScriptedServer::ScriptedServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, raw, size) != 0 || listen(listener_, 512) != 0 ||
      getsockname(listener_, raw, &size) != 0) {
    throw std::runtime_error("ScriptedServer cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_loop(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  changed_.notify_all();
  acceptor_.join();
  connections_.clear();  // joins
  close(listener_);
}

void ScriptedServer::accept_loop() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      if (socket >= 0) close(socket);
      return;
    }
    if (socket < 0) continue;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connection_count_;
    sockets_.insert(socket);
    connections_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  std::string buffer;
  for (ServerRequest request; receive_request(socket, buffer, request); request = {}) {
    if (!answer(socket, std::move(request))) break;
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
  close(socket);
}

bool ScriptedServer::answer(int socket, ServerRequest request) {
  const ServerReply reply = arrive(std::move(request));
  const bool delivered =
      wait_for_in_flight(reply.hold_until) && pause(reply.delay) && deliver(socket, reply);
  leave(delivered);
  return delivered && !reply.content_length;
}

bool ScriptedServer::deliver(int socket, const ServerReply& reply) {
  switch (reply.fault) {
    case Fault::none:
      return send_all(socket, head_of(reply) + reply.body);
    case Fault::close:
      return false;
    case Fault::reset:
      reset(socket);
      return false;
    case Fault::cut:
      send_all(socket, head_of(reply) + reply.body.substr(0, reply.body.size() / 2));
      return false;
    case Fault::stall: {
      std::string ignored;
      while (receive_more(socket, ignored)) ignored.clear();
      return false;
    }
    case Fault::trickle:
      send_all(socket, head_of(reply));
      for (const char byte : reply.body) {
        if (!pause(std::chrono::milliseconds(50)) || !send_all(socket, {&byte, 1})) return false;
      }
      return true;
  }
  return false;
}

bool ScriptedServer::wait_for_in_flight(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || most_in_flight_ >= count; });
  return !stopped_;
}

bool ScriptedServer::pause(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  if (duration.count() == 0) return !stopped_;
  return !changed_.wait_for(lock, duration, [this] { return stopped_; });
}

ServerReply ScriptedServer::arrive(ServerRequest request) {
  const std::lock_guard one_at_a_time(handler_mutex_);
  {
    const std::lock_guard lock(mutex_);
    request.number = request_count_++;
    most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
    if (keep_requests_) requests_.push_back(request);
  }
  changed_.notify_all();
  return handler_(request);
}

void ScriptedServer::leave(bool delivered) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (delivered) ++delivered_count_;
}

std::vector<ServerRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::int64_t ScriptedServer::request_count() const {
  const std::lock_guard lock(mutex_);
  return request_count_;
}

std::int64_t ScriptedServer::delivered_count() const {
  const std::lock_guard lock(mutex_);
  return delivered_count_;
}

int ScriptedServer::most_in_flight() const {
  const std::lock_guard lock(mutex_);
  return most_in_flight_;
}

std::int64_t ScriptedServer::connection_count() const {
  const std::lock_guard lock(mutex_);
  return connection_count_;
}

void ScriptedServer::settle() const { const std::lock_guard lock(handler_mutex_); }

void ScriptedServer::forget_requests() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  keep_requests_ = false;
}

}  // namespace zopo::test
