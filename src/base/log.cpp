#include "zopo/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <vector>

#include "zopo/base/terminal.h"

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

Secrets& secrets() {
  static Secrets instance;
  return instance;
}

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

void redact_in_logs(const std::string& secret) {
  if (secret.empty()) return;
  const std::lock_guard lock(secrets().mutex);
  secrets().values.push_back(secret);
}

std::string redacted(std::string text) {
  const std::lock_guard lock(secrets().mutex);
  for (const std::string& secret : secrets().values) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "[redacted]");
      at += std::string_view("[redacted]").size();
    }
  }
  return text;
}

void log_message(LogLevel level, const std::string& message) {
  logger().log(to_spdlog(level), harmless(redacted(message)));
}

}  // namespace zopo
