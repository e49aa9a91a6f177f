#include "write/copies.h"

#include <algorithm>
#include <span>

#include "write/words.h"

namespace zopo::write {
namespace {

constexpr std::size_t kTelling = 4;        // words of an input that are no chance
constexpr std::size_t kShortestInput = 3;  // bytes; less says nothing

std::string padded(const std::string& run) { return " " + run + " "; }

// Does the run stand in the text beside the input, not only inside of it?
bool stands_beside(std::string text, const std::string& input, const std::string& run) {
  const std::size_t at = text.find(padded(input));
  if (at != text.npos) text.replace(at, input.size() + 2, " \n ");
  return text.find(padded(run)) != text.npos;
}

}  // namespace

void add_runs(const std::string& text, std::unordered_set<std::string>& runs) {
  const std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i + kRun <= words.size(); ++i)
    runs.insert(run_of(std::span(words).subspan(i, kRun)));
}

Copies::Copies(const data::Dataset& dataset,
               const std::unordered_set<std::string>& allowed,
               bool labels) {
  std::unordered_map<std::string, std::size_t> examples_with;
  for (const data::Example& example : dataset.examples) {
    std::unordered_set<std::string> own;
    add_runs(example.input, own);
    for (const std::string& reference : example.references) add_runs(reference, own);
    for (const std::string& run : own) ++examples_with[run];
    add(example, labels);
  }
  // What most examples begin or end with is the task's wording and nobody's example.
  const std::size_t n = dataset.examples.size();
  for (const auto& [run, count] : examples_with) {
    const bool is_common = count >= 3 && 2 * count > n;
    if (!is_common && !allowed.contains(run)) runs_.insert(run);
  }
}

void Copies::add(const data::Example& example, bool labels) {
  const std::vector<std::string> words = words_of(example.input);
  const std::string input = run_of(words);
  if (words.size() >= kRun || input.size() < kShortestInput) return;
  Short& known = short_inputs_[input];
  known.tells_alone = words.size() >= kTelling;
  if (labels) return;
  for (const std::string& reference : example.references) {
    const std::string output = run_of(words_of(reference));
    if (!output.empty()) known.outputs.push_back(output);
  }
}

std::optional<std::string> Copies::found_in(const std::string& prompt) const {
  const std::vector<std::string> words = words_of(prompt);
  const std::string whole = padded(run_of(words));
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t n = 1; n <= kRun && i + n <= words.size(); ++n) {
      const std::string run = run_of(std::span(words).subspan(i, n));
      if (n == kRun && runs_.contains(run)) return run;
      const auto input = n < kRun ? short_inputs_.find(run) : short_inputs_.end();
      if (input == short_inputs_.end()) continue;
      const auto& [outputs, tells_alone] = input->second;
      const bool has_output = std::any_of(
          outputs.begin(), outputs.end(),
          [&, &run = run](const std::string& output) { return stands_beside(whole, run, output); });
      if (tells_alone || has_output) return run;
    }
  }
  return std::nullopt;
}

}  // namespace zopo::write
