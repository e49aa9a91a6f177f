#pragma once
// Progress on stderr: a live line on a terminal, plain lines elsewhere, JSON Lines, or nothing.

#include <optional>
#include <string>
#include <vector>

#include "cli/live_line.h"
#include "zopo/run/optimize.h"

namespace zopo::cli {

enum class ProgressKind { bar, plain, json, none };

// "auto" -> bar on a terminal (that can erase) outside of CI, else plain. Throws Failure{usage} for
// an unknown name.
ProgressKind progress_kind(const std::string& name, bool is_terminal, bool is_ci);

// The same for this process's stderr and environment.
ProgressKind chosen_progress(const std::string& name);

// One line that fits into width columns; the least important parts go first.
std::string progress_line(const run::Progress& progress, std::size_t width);
// The same for a terminal: where it is wide, the best prompt so far and its score stand in a second
// line.
std::vector<std::string> progress_lines(const run::Progress& progress, std::size_t width);

// A part of a line and what stands before it; where not all fit, those of the highest rank go.
struct ProgressPart {
  int rank = 0;
  std::string between, text;
};
std::string line_of(std::vector<ProgressPart> parts, std::size_t width);

// "95 s", "12 min", "3.5 h"
std::string duration_text(double seconds);

// How often a live line, or a plain one, is printed at most.
double pause_seconds(ProgressKind kind);

class ProgressPrinter {
 public:
  // go_on: the command that goes on with a run, without its directory; empty: the same one.
  explicit ProgressPrinter(ProgressKind kind, std::string go_on = "");
  // After a round, and at a new stage.
  void show(const run::Progress& progress);
  // Between rounds, as answers come. JSON lines are of rounds and stages alone.
  void show_answer(const run::Progress& progress);
  // Removes the live line, so that what follows starts on a clean one.
  void clear();

 private:
  bool print(const run::Progress& progress, bool is_due);
  bool is_due(const run::Progress& progress) const;

  ProgressKind kind_;
  std::string go_on_;
  double last_seconds_ = -1e9, last_print_ = 0;  // of a round; of anything
  std::string last_stage_;
  std::optional<LiveLine> live_;  // of kind bar
};

}  // namespace zopo::cli
