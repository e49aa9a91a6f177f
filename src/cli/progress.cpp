#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/ending.h"
#include "cli/output.h"
#include "zopo/base/error.h"
#include "zopo/base/terminal_lock.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

constexpr double kPlainEverySeconds = 5, kBarEverySeconds = 0.1;
constexpr std::size_t kWide = 99;  // columns from which there is a second line

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

std::vector<ProgressPart> best_of(const run::Progress& progress) {
  if (!progress.best_id) return {};
  return {{1, ", ", fmt::format("best {:.3f}", progress.best_mean)},
          {4, " ", fmt::format("[{:.2f}, {:.2f}]", progress.best_ci.low, progress.best_ci.high)},
          {7, " on ", std::to_string(progress.best_n)}};
}

std::vector<ProgressPart> parts_of(const run::Progress& progress, bool with_best) {
  std::vector<ProgressPart> parts;
  const auto add = [&](int rank, const char* between, std::string text) {
    parts.push_back({rank, between, std::move(text)});
  };
  add(0, "", fmt::format("{} {}/{} calls", progress.stage, progress.calls, progress.calls_planned));
  if (progress.stage == "write") add(1, ", ", fmt::format("{} distinct", progress.distinct));
  if (progress.stage == "embed") add(1, ", ", fmt::format("{} embedded", progress.embedded));
  if (with_best) {
    for (ProgressPart& part : best_of(progress)) parts.push_back(std::move(part));
  }
  if (progress.errors > 0) add(2, ", ", fmt::format("{} errors", progress.errors));
  if (progress.usd) add(3, ", ", fmt::format("{:.4f} USD", *progress.usd));
  if (progress.calls_paid > 0 && progress.seconds > 0) {
    const double rate = static_cast<double>(progress.calls_paid) / progress.seconds;
    add(6, ", ", fmt::format("{:.1f}/s", rate));
    const auto left = static_cast<double>(progress.calls_planned - progress.calls);
    if (left > 0 && progress.stage != "done")
      add(5, ", ", fmt::format("at most {} left", duration_text(left / rate)));
  }
  return parts;
}

std::string joined(const std::vector<ProgressPart>& parts) {
  std::string line;
  for (const ProgressPart& part : parts) line += part.between + part.text;
  return line;
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

std::string duration_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  return fmt::format("{:.1f} h", seconds / kHour);
}

double pause_seconds(ProgressKind kind) {
  return kind == ProgressKind::bar ? kBarEverySeconds : kPlainEverySeconds;
}

std::string line_of(std::vector<ProgressPart> parts, std::size_t width) {
  while (true) {
    const std::string line = joined(parts);
    if (line.size() <= width || parts.size() == 1) return line.substr(0, width);
    parts.erase(std::max_element(
        parts.begin(), parts.end(),
        [](const ProgressPart& a, const ProgressPart& b) { return a.rank < b.rank; }));
  }
}

std::string progress_line(const run::Progress& progress, std::size_t width) {
  return line_of(parts_of(progress, true), width);
}

std::vector<std::string> progress_lines(const run::Progress& progress, std::size_t width) {
  if (width < kWide || !progress.best_id) return {progress_line(progress, width)};
  std::vector<ProgressPart> best = best_of(progress);
  best.front().between.clear();
  return {line_of(parts_of(progress, false), width),
          fitted(joined(best) + ": " + progress.best_prompt, width)};
}

ProgressPrinter::ProgressPrinter(ProgressKind kind, std::string go_on)
    : kind_(kind), go_on_(std::move(go_on)) {
  if (kind_ == ProgressKind::bar) live_.emplace();
}

void ProgressPrinter::show(const run::Progress& progress) {
  const auto held = hold_terminal();
  if (!print(progress, is_due(progress))) return;
  last_seconds_ = progress.seconds;
  last_stage_ = progress.stage;
}

void ProgressPrinter::show_answer(const run::Progress& progress) {
  const auto held = hold_terminal();
  if (kind_ != ProgressKind::json)
    print(progress, progress.seconds - last_print_ >= pause_seconds(kind_));
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
    live_->show(progress_lines(progress, terminal_width() - 1));
  }
  std::fflush(stderr);
  return true;
}

void ProgressPrinter::clear() {
  if (live_) live_->clear();
}

bool ProgressPrinter::is_due(const run::Progress& progress) const {
  if (kind_ == ProgressKind::json || progress.stage != last_stage_) return true;
  return progress.seconds - last_seconds_ >= pause_seconds(kind_);
}

}  // namespace zopo::cli
