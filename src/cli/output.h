#pragma once
// What a command prints: results on stdout, which have to arrive, and notes on stderr, which a
// person may read.
//
//   print_result("{}\n", prompt);
//   print_note("run {}: {} calls paid\n", run, calls);

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace zopo::cli {

// First thing of the process: descriptors 0 to 2 are open from here on, so that no file that is
// opened later stands where a stream is written to, and a reader that goes away is an error and not
// the end of the process.
void settle_streams();

// As it is; on a terminal, without what would steer it.
void write_result(std::string_view text);
// Without what would steer a terminal. A stderr that cannot be written stops nothing.
void write_note(std::string_view text);
// Called before each note and log message, with the terminal held, so that a live line can be
// removed first; empty: nothing is.
void before_notes(std::function<void()> clear);
// The same as it is, for what moves the cursor.
void write_raw_note(std::string_view text);

template <class... Args>
void print_result(fmt::format_string<Args...> format, Args&&... args) {
  write_result(fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void print_note(fmt::format_string<Args...> format, Args&&... args) {
  write_note(fmt::format(format, std::forward<Args>(args)...));
}

// Flushes stdout; why not all that was printed has arrived.
std::optional<std::string> stdout_problem();

}  // namespace zopo::cli
