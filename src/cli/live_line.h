#pragma once
// One or two lines at the bottom of a terminal that are drawn again and again, and removed before
// anything else is written there.
//
//   LiveLine live;
//   live.show({"search 30/160 calls", "best 0.900 on 10: Sort the message .."});
//   live.clear();

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::cli {

// Columns of the terminal on stderr; 80 where there is none.
std::size_t terminal_width();

// The beginning of a text that takes so many columns at most, as one line: what would steer a
// terminal or break the line is replaced. A character of East Asia takes two columns.
std::string fitted(std::string_view text, std::size_t columns);

// From construction to destruction notes and log messages remove the lines first. One at a time.
// Thread-safe.
class LiveLine {
 public:
  LiveLine();
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  // Each fits into the terminal's width, see fitted().
  void show(const std::vector<std::string>& lines);
  void clear();

 private:
  void erase();

  std::vector<std::size_t> columns_;  // of the lines on the screen
  int signals_ = 0;                   // that had come when they were drawn
};

}  // namespace zopo::cli
