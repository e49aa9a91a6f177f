#include "cli/live_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/output.h"
#include "cli/signals.h"
#include "zopo/base/terminal.h"
#include "zopo/base/terminal_lock.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

// Hangul Jamo and all beyond are taken for wide: a line may end early, but never wraps.
std::size_t columns_of(char32_t point) { return point >= 0x1100 ? 2 : 1; }

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char32_t point : code_points(text)) columns += columns_of(point);
  return columns;
}

}  // namespace

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string fitted(std::string_view text, std::size_t columns) {
  std::string line;
  for (const char32_t point : code_points(text)) {
    const bool breaks = point == U'\n' || point == U'\t' || point == U'\r';
    const char32_t shown = breaks ? U' ' : steers_terminal(point) ? U'\ufffd' : point;
    const std::size_t needed = columns_of(shown);
    if (needed > columns) break;
    columns -= needed;
    append_utf8(line, shown);
  }
  return line;
}

LiveLine::LiveLine() {
  before_notes([this] { erase(); });
}

LiveLine::~LiveLine() {
  clear();
  before_notes({});
}

void LiveLine::show(const std::vector<std::string>& lines) {
  const auto held = hold_terminal();
  erase();
  std::string text;
  for (const std::string& line : lines) {
    text += (columns_.empty() ? "" : "\n") + line;
    columns_.push_back(columns_of(line));
  }
  signals_ = signals_received();
  write_raw_note(text);
  std::fflush(stderr);
}

void LiveLine::clear() {
  const auto held = hold_terminal();
  erase();
  std::fflush(stderr);
}

// A terminal that became narrower has wrapped the lines over more rows. ECMA-48: CUU goes up, EL
// and ED erase to the end of the row and of the screen. What a signal's handler has written stands
// below the lines, which then stay where they are.
void LiveLine::erase() {
  if (columns_.empty()) return;
  const std::size_t width = terminal_width();
  std::size_t rows = 0;
  for (const std::size_t columns : columns_)
    rows += std::max<std::size_t>(1, (columns + width - 1) / width);
  columns_.clear();
  if (signals_received() != signals_) return;
  if (rows == 1)
    write_raw_note("\r\033[K");
  else
    write_raw_note(fmt::format("\r\033[{}A\033[J", rows - 1));
}

}  // namespace zopo::cli
