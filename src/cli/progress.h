#pragma once
// Progress on stderr: a live line on a terminal, plain lines elsewhere, JSON Lines, or nothing.

#include <chrono>
#include <string>

#include "zopo/app/optimize.h"

namespace zopo::cli {

enum class ProgressKind { bar, plain, json, none };

// "auto" -> bar on a terminal (that can erase) outside of CI, else plain. Throws Failure{usage} for
// an unknown name.
ProgressKind progress_kind(const std::string& name, bool is_terminal, bool is_ci);

// The same for this process's stderr and environment.
ProgressKind chosen_progress(const std::string& name);

// One line that fits into width columns; the least important parts go first.
std::string progress_line(const app::Progress& progress, std::size_t width);

class ProgressPrinter {
 public:
  // go_on: the command that goes on with a run, without its directory; empty: the same one.
  explicit ProgressPrinter(ProgressKind kind, std::string go_on = "")
      : kind_(kind), go_on_(std::move(go_on)) {}
  void show(const app::Progress& progress);
  // Removes the live line, so that what follows starts on a clean one.
  void clear();

 private:
  bool is_due(const app::Progress& progress);
  void erase();

  ProgressKind kind_;
  std::string go_on_;
  double last_seconds_ = -1e9;
  std::string last_stage_;
  std::size_t open_width_ = 0;  // of the live line on the screen; 0: none
};

}  // namespace zopo::cli
