#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

constexpr double kPlainEverySeconds = 5, kBarEverySeconds = 0.1;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string json_line(const app::Progress& progress) {
  nlohmann::json line = {
      {"stage", progress.stage},           {"rounds", progress.rounds},
      {"calls", progress.calls},           {"calls_planned", progress.calls_planned},
      {"calls_paid", progress.calls_paid}, {"errors", progress.errors},
      {"seconds", progress.seconds}};
  if (progress.best_id) {
    line["best"] = {
        {"id", *progress.best_id}, {"mean", progress.best_mean}, {"n", progress.best_n}};
  }
  if (progress.stage == "generate") line["distinct"] = progress.distinct;
  if (progress.usd) line["usd"] = *progress.usd;
  return line.dump();
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
  const char* ci = std::getenv("CI");
  return progress_kind(name, isatty(STDERR_FILENO) == 1, ci != nullptr && *ci != '\0');
}

std::string progress_line(const app::Progress& progress, std::size_t width) {
  std::vector<std::string> parts = {
      fmt::format("{} {}/{} calls", progress.stage, progress.calls, progress.calls_planned)};
  if (progress.stage == "generate") parts.push_back(fmt::format("{} distinct", progress.distinct));
  if (progress.best_id)
    parts.push_back(fmt::format("best {:.3f} on {}", progress.best_mean, progress.best_n));
  if (progress.errors > 0) parts.push_back(fmt::format("{} errors", progress.errors));
  if (progress.usd) parts.push_back(fmt::format("{:.4f} USD", *progress.usd));
  if (progress.calls_paid > 0 && progress.seconds > 0) {
    const double rate = static_cast<double>(progress.calls_paid) / progress.seconds;
    parts.push_back(fmt::format("{:.1f}/s", rate));
    const auto left = static_cast<double>(progress.calls_planned - progress.calls);
    if (rate > 0) parts.push_back(fmt::format("at most {:.0f} s left", left / rate));
  }
  std::string line = join(parts, ", ");
  while (parts.size() > 1 && line.size() > width) {
    parts.pop_back();
    line = join(parts, ", ");
  }
  return line.substr(0, width);
}

void ProgressPrinter::show(const app::Progress& progress) {
  if (kind_ == ProgressKind::none || !is_due(progress)) return;
  last_seconds_ = progress.seconds;
  last_stage_ = progress.stage;
  if (kind_ == ProgressKind::json) {
    fmt::print(stderr, "{}\n", json_line(progress));
  } else if (kind_ == ProgressKind::plain) {
    fmt::print(stderr, "{}\n", progress_line(progress, 200));
  } else {
    fmt::print(stderr, "\r\033[K{}", progress_line(progress, terminal_width() - 1));
    line_is_open_ = true;
  }
  std::fflush(stderr);
}

void ProgressPrinter::clear() {
  if (!line_is_open_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  line_is_open_ = false;
}

bool ProgressPrinter::is_due(const app::Progress& progress) {
  if (kind_ == ProgressKind::json || progress.stage != last_stage_) return true;
  return progress.seconds - last_seconds_ >=
         (kind_ == ProgressKind::bar ? kBarEverySeconds : kPlainEverySeconds);
}

}  // namespace zopo::cli
