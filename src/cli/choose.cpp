#include "cli/choose.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "cli/output.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

constexpr int kLookMs = 200;  // how often an interruption is looked for

// Nothing at the end of the input, or when interrupted.
std::optional<std::string> read_line(const Interruption& interrupted) {
  std::string line;
  while (!interrupted) {
    pollfd in = {STDIN_FILENO, POLLIN, 0};
    if (poll(&in, 1, kLookMs) <= 0) continue;
    char c = 0;
    if (read(STDIN_FILENO, &c, 1) <= 0) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::string shown(const run::Comparison& comparison) {
  std::string text = fmt::format("\n{}\n\ninput: {}\n", comparison.rubric, comparison.input);
  for (const std::string& reference : comparison.references)
    text += fmt::format("right: {}\n", reference);
  return text + fmt::format("\n[1] {}\n\n[2] {}\n\n", comparison.first, comparison.second);
}

std::optional<int> ask(const run::Comparison& comparison, const Interruption& interrupted) {
  print_note("{}", shown(comparison));
  while (true) {
    print_note("Which is better? 1, 2, 0 for neither, q to go on later: ");
    const std::optional<std::string> line = read_line(interrupted);
    if (!line) return std::nullopt;
    const std::string_view word = trim(*line);
    if (word == "q") return std::nullopt;
    if (word == "0" || word == "1" || word == "2") return word[0] - '0';
  }
}

}  // namespace

run::Choose choose_at_terminal(ProgressPrinter& printer, const Interruption& interrupted) {
  if (isatty(STDIN_FILENO) == 0) return {};
  return [&](const run::Comparison& comparison) {
    printer.clear();
    return ask(comparison, interrupted);
  };
}

}  // namespace zopo::cli
