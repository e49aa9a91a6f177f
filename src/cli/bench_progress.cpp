#include "cli/bench_progress.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "zopo/base/terminal_lock.h"

namespace zopo::cli {
namespace {

nlohmann::json bench_json(const bench::BenchProgress& progress) {
  nlohmann::json line = {{"stage", "bench"},           {"cells", progress.cells},
                         {"done", progress.done},      {"running", progress.running},
                         {"failed", progress.failed},  {"calls_paid", progress.calls_paid},
                         {"seconds", progress.seconds}};
  if (progress.usd) line["usd"] = *progress.usd;
  return line;
}

// By the cells that ended in this process; nothing before the first.
std::optional<double> seconds_left(const bench::BenchProgress& progress) {
  const std::int64_t ended = progress.done - progress.kept + progress.failed;
  const std::int64_t left = progress.cells - progress.done - progress.failed;
  if (ended <= 0 || left <= 0) return std::nullopt;
  return progress.seconds / static_cast<double>(ended) * static_cast<double>(left);
}

}  // namespace

std::string bench_line(const bench::BenchProgress& progress, std::size_t width) {
  std::vector<ProgressPart> parts;
  const auto add = [&](int rank, std::string text) {
    parts.push_back({rank, parts.empty() ? "" : ", ", std::move(text)});
  };
  add(0, fmt::format("bench {}/{} cells", progress.done, progress.cells));
  if (progress.running > 0) add(4, fmt::format("{} running", progress.running));
  if (progress.failed > 0) add(1, fmt::format("{} failed", progress.failed));
  if (progress.calls_paid > 0) add(3, fmt::format("{} calls", progress.calls_paid));
  if (progress.usd) add(2, fmt::format("{:.4f} USD", *progress.usd));
  if (const auto left = seconds_left(progress))
    add(5, fmt::format("about {} left", duration_text(*left)));
  return line_of(std::move(parts), width);
}

BenchPrinter::BenchPrinter(ProgressKind kind) : kind_(kind) {
  if (kind_ == ProgressKind::bar) live_.emplace();
}

void BenchPrinter::show(const bench::BenchProgress& progress) {
  if (kind_ == ProgressKind::none) return;
  const auto held = hold_terminal();
  if (kind_ == ProgressKind::json) {
    const std::string cells =
        fmt::format("{} {} {}", progress.done, progress.running, progress.failed);
    if (cells == last_cells_) return;
    last_cells_ = cells;
    return print_note("{}\n", bench_json(progress).dump());
  }
  const bool is_first = live_ && last_cells_.empty();
  if (!is_first && progress.seconds - last_print_ < pause_seconds(kind_)) return;
  last_print_ = progress.seconds;
  last_cells_ = "shown";
  if (live_)
    live_->show({bench_line(progress, terminal_width() - 1)});
  else
    print_note("{}\n", bench_line(progress, 200));
}

void BenchPrinter::clear() {
  if (live_) live_->clear();
}

}  // namespace zopo::cli
