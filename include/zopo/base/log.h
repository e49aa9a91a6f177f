#pragma once
// The program's log: one sink on stderr, levels trace .. error. Messages are for the person who
// runs the program. Secrets registered with redact_in_logs() never appear in it.

#include <fmt/core.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace zopo {

enum class LogLevel { trace, debug, info, warn, error, off };

void set_log_level(LogLevel level);
// From now on every occurrence of secret in a message is replaced by "[redacted]". Ignored when it
// is shorter than 8 characters, as placeholders for a key are: it would be found in words. Of one
// without a digit only whole words are replaced. Thread-safe.
void redact_in_logs(const std::string& secret);
// text with every registered secret replaced.
std::string redacted(std::string text);

// Called before each message that is shown, so that a live line on the terminal can be removed
// first; empty: nothing is. Not while others log.
void before_log_messages(std::function<void()> clear);

void log_message(LogLevel level, const std::string& message);

template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log_message(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_message(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
  log_message(LogLevel::warn, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace zopo
