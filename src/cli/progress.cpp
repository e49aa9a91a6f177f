#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/ending.h"
#include "cli/output.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

constexpr double kPlainEverySeconds = 5, kBarEverySeconds = 0.1;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string json_line(const run::Progress& progress) {
  nlohmann::json line = {
      {"stage", progress.stage},           {"rounds", progress.rounds},
      {"calls", progress.calls},           {"calls_planned", progress.calls_planned},
      {"calls_paid", progress.calls_paid}, {"errors", progress.errors},
      {"seconds", progress.seconds}};
  if (progress.best_id) {
    line["best"] = {{"id", *progress.best_id},
                    {"mean", progress.best_mean},
                    {"ci", {progress.best_ci.low, progress.best_ci.high}},
                    {"n", progress.best_n}};
  }
  if (progress.stage == "write") line["distinct"] = progress.distinct;
  if (progress.stage == "embed") line["embedded"] = progress.embedded;
  if (progress.usd) line["usd"] = *progress.usd;
  return line.dump();
}

// A part of the line and what stands before it; where not all fit, those of the highest rank go.
struct Part {
  int rank = 0;
  std::string between, text;
};

std::vector<Part> parts_of(const run::Progress& progress) {
  std::vector<Part> parts;
  const auto add = [&](int rank, const char* between, std::string text) {
    parts.push_back({rank, between, std::move(text)});
  };
  add(0, "", fmt::format("{} {}/{} calls", progress.stage, progress.calls, progress.calls_planned));
  if (progress.stage == "write") add(1, ", ", fmt::format("{} distinct", progress.distinct));
  if (progress.stage == "embed") add(1, ", ", fmt::format("{} embedded", progress.embedded));
  if (progress.best_id) {
    add(1, ", ", fmt::format("best {:.3f}", progress.best_mean));
    add(4, " ", fmt::format("[{:.2f}, {:.2f}]", progress.best_ci.low, progress.best_ci.high));
    add(7, " on ", std::to_string(progress.best_n));
  }
  if (progress.errors > 0) add(2, ", ", fmt::format("{} errors", progress.errors));
  if (progress.usd) add(3, ", ", fmt::format("{:.4f} USD", *progress.usd));
  if (progress.calls_paid > 0 && progress.seconds > 0) {
    const double rate = static_cast<double>(progress.calls_paid) / progress.seconds;
    add(6, ", ", fmt::format("{:.1f}/s", rate));
    const auto left = static_cast<double>(progress.calls_planned - progress.calls);
    if (left > 0) add(5, ", ", fmt::format("at most {:.0f} s left", left / rate));
  }
  return parts;
}

}  // namespace

ProgressKind progress_kind(const std::string& name, bool is_terminal, bool is_ci) {
  if (name == "auto") return is_terminal && !is_ci ? ProgressKind::bar : ProgressKind::plain;
  if (name == "bar") return ProgressKind::bar;
  if (name == "plain") return ProgressKind::plain;
  if (name == "json") return ProgressKind::json;
  if (name == "none") return ProgressKind::none;
  const std::vector<std::string> known = {"auto", "bar", "plain", "json", "none"};
  throw Failure(ErrorKind::usage, "--progress " + name +
                                      ": expected auto, bar, plain, json or none" +
                                      did_you_mean(name, known));
}

ProgressKind chosen_progress(const std::string& name) {
  const char *ci = std::getenv("CI"), *terminal = std::getenv("TERM");
  const bool can_erase = terminal != nullptr && std::string_view(terminal) != "dumb";
  return progress_kind(name, isatty(STDERR_FILENO) == 1 && can_erase, ci != nullptr && *ci != '\0');
}

std::string progress_line(const run::Progress& progress, std::size_t width) {
  std::vector<Part> parts = parts_of(progress);
  while (true) {
    std::string line;
    for (const Part& part : parts) line += part.between + part.text;
    if (line.size() <= width || parts.size() == 1) return line.substr(0, width);
    parts.erase(std::max_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.rank < b.rank; }));
  }
}

ProgressPrinter::ProgressPrinter(ProgressKind kind, std::string go_on)
    : kind_(kind), go_on_(std::move(go_on)) {
  if (kind_ == ProgressKind::bar) before_notes([this] { clear(); });
}

ProgressPrinter::~ProgressPrinter() {
  if (kind_ == ProgressKind::bar) before_notes({});
}

void ProgressPrinter::show(const run::Progress& progress) {
  const std::lock_guard lock(mutex_);
  if (!print(progress, is_due(progress))) return;
  last_seconds_ = progress.seconds;
  last_stage_ = progress.stage;
}

void ProgressPrinter::show_answer(const run::Progress& progress) {
  const std::lock_guard lock(mutex_);
  if (kind_ != ProgressKind::json) print(progress, progress.seconds - last_print_ >= pause());
}

bool ProgressPrinter::print(const run::Progress& progress, bool is_due) {
  under_way().calls_paid = progress.calls_paid;
  if (!go_on_.empty() && !progress.run_dir.empty())
    under_way().go_on = "go on with: " + go_on_ + " " + progress.run_dir.string();
  if (kind_ == ProgressKind::none || !is_due) return false;
  last_print_ = progress.seconds;
  if (kind_ == ProgressKind::json) {
    print_note("{}\n", json_line(progress));
  } else if (kind_ == ProgressKind::plain) {
    print_note("{}\n", progress_line(progress, 200));
  } else {
    erase();
    const std::string line = progress_line(progress, terminal_width() - 1);
    write_raw_note(line);
    open_width_ = line.size();
  }
  std::fflush(stderr);
  return true;
}

void ProgressPrinter::clear() {
  const std::lock_guard lock(mutex_);
  erase();
  std::fflush(stderr);
}

// A terminal that became narrower has wrapped the line over several rows. ECMA-48: CUU goes up, EL
// and ED erase to the end of the row and of the screen.
void ProgressPrinter::erase() {
  if (open_width_ == 0) return;
  const std::size_t rows_above = (open_width_ - 1) / terminal_width();
  if (rows_above == 0)
    write_raw_note("\r\033[K");
  else
    write_raw_note(fmt::format("\r\033[{}A\033[J", rows_above));
  open_width_ = 0;
}

double ProgressPrinter::pause() const {
  return kind_ == ProgressKind::bar ? kBarEverySeconds : kPlainEverySeconds;
}

bool ProgressPrinter::is_due(const run::Progress& progress) const {
  if (kind_ == ProgressKind::json || progress.stage != last_stage_) return true;
  return progress.seconds - last_seconds_ >= pause();
}

}  // namespace zopo::cli
