// The log on stderr, and the secrets that are kept out of it. Called from everywhere; cli sets the
// level and run names the keys.

#include "zopo/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "zopo/base/terminal.h"
#include "zopo/base/terminal_lock.h"

namespace zopo {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto created =
        std::make_shared<spdlog::logger>("zopo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("zopo: %l: %v");
    created->set_level(spdlog::level::warn);
    return created;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

struct Secrets {
  std::mutex mutex;
  std::vector<std::string> values;
};

std::function<void()>& before_message() {
  static std::function<void()> instance;
  return instance;
}

constexpr std::size_t kShortestSecret = 8;

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Inside of a longer word it is no secret but a part of that word: "not-needed-here".
bool is_part_of_word(const std::string& text, std::size_t at, const std::string& secret) {
  if (std::any_of(secret.begin(), secret.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const std::size_t end = at + secret.size();
  return (at > 0 && is_alphanumeric(text[at - 1])) ||
         (end < text.size() && is_alphanumeric(text[end]));
}

Secrets& secrets() {
  static Secrets instance;
  return instance;
}

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

// RFC 3986, section 2.1: everything but the unreserved characters as %XX.
std::string percent_encoded(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alphanumeric(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return encoded;
}

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

void redact_in_logs(const std::string& secret) {
  if (secret.size() < kShortestSecret) return;
  const std::lock_guard lock(secrets().mutex);
  for (const std::string& form : {in_lower_case(secret), in_lower_case(percent_encoded(secret))}) {
    std::vector<std::string>& known = secrets().values;
    if (std::find(known.begin(), known.end(), form) == known.end()) known.push_back(form);
  }
}

std::string redacted(std::string text) {
  static constexpr std::string_view kInstead = "[redacted]";
  const std::lock_guard lock(secrets().mutex);
  for (const std::string& secret : secrets().values) {
    std::string lowered = in_lower_case(text);
    for (std::size_t at = lowered.find(secret); at != std::string::npos;
         at = lowered.find(secret, at)) {
      if (is_part_of_word(lowered, at, secret)) {
        at += secret.size();
        continue;
      }
      text.replace(at, secret.size(), kInstead);
      lowered.replace(at, secret.size(), kInstead);
      at += kInstead.size();
    }
  }
  return text;
}

void before_log_messages(std::function<void()> clear) { before_message() = std::move(clear); }

std::unique_lock<std::recursive_mutex> hold_terminal() {
  static std::recursive_mutex terminal;
  return std::unique_lock(terminal);
}

void log_message(LogLevel level, const std::string& message) {
  if (!logger().should_log(to_spdlog(level))) return;
  const auto held = hold_terminal();
  if (before_message()) before_message()();
  logger().log(to_spdlog(level), harmless(redacted(message)));
}

}  // namespace zopo
