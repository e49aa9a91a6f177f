// Draws ordered lists of demonstrations. Called by run for "candidates" with "exemplars".

#include "zopo/task/exemplars.h"

#include <algorithm>
#include <set>
#include <utility>

#include "task/placeholders.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::task {
namespace {

constexpr std::int64_t kDrawsEach = 20;  // for one that is not there yet

using Key = std::pair<std::string, std::vector<std::int64_t>>;

Key key_of(const Candidate& candidate) { return {candidate.instruction, candidate.exemplars}; }

// Each once, in the order met.
std::vector<std::string> instructions_of(std::span<const Candidate> candidates) {
  std::vector<std::string> instructions;
  std::set<std::string> met;
  for (const Candidate& one : candidates) {
    if (met.insert(one.instruction).second) instructions.push_back(one.instruction);
  }
  return instructions;
}

// Draws of one change each; without another demonstration, order or instruction, of nothing.
class Variation {
 public:
  Variation(const Candidate& best,
            std::vector<std::string> instructions,
            std::int64_t train,
            Rng rng)
      : best_(best), instructions_(std::move(instructions)), train_(train), rng_(rng) {}

  Candidate draw(std::int64_t kind) {
    Candidate changed = best_;
    switch (kind % 3) {
      case 0:
        swap(changed);
        break;
      case 1:
        reorder(changed);
        break;
      default:
        changed.way = "instruction";
        changed.instruction = instructions_[rng_.below(instructions_.size())];
    }
    return changed;
  }

 private:
  void swap(Candidate& changed) {
    changed.way = "swap";
    const auto other = static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(train_)));
    const auto& there = changed.exemplars;
    if (there.empty() || std::find(there.begin(), there.end(), other) != there.end()) return;
    changed.exemplars[rng_.below(there.size())] = other;
  }
  void reorder(Candidate& changed) {
    changed.way = "reorder";
    const std::size_t n = changed.exemplars.size();
    if (n < 2) return;
    std::swap(changed.exemplars[rng_.below(n)], changed.exemplars[rng_.below(n)]);
  }

  const Candidate& best_;
  std::vector<std::string> instructions_;
  std::int64_t train_;
  Rng rng_;
};

}  // namespace

ExemplarFormat::ExemplarFormat(std::string content, const std::set<std::string>& fields)
    : content_(std::move(content)) {
  std::vector<std::string> known(fields.begin(), fields.end());
  known.insert(known.end(), {"input", "output"});
  bool has_output = false;
  walk_placeholders(
      content_, [](std::string_view) {},
      [&](const std::string& name) {
        has_output = has_output || name == "output";
        if (std::find(known.begin(), known.end(), name) != known.end()) return;
        throw Failure(ErrorKind::config,
                      "/candidates/exemplars/template: unknown placeholder {{" + name + "}}" +
                          did_you_mean(name, known) +
                          " Known are {{input}}, {{output}} and the fields of train.");
      });
  if (!has_output) {
    throw Failure(ErrorKind::config,
                  "/candidates/exemplars/template: no {{output}} in it, so that a demonstration "
                  "would show nothing.");
  }
}

std::string ExemplarFormat::operator()(const data::Dataset& train,
                                       std::span<const std::int64_t> exemplars) const {
  std::string text;
  for (const std::int64_t at : exemplars) {
    const data::Example& example = train.examples.at(static_cast<std::size_t>(at));
    if (!text.empty()) text += "\n\n";
    walk_placeholders(
        content_, [&](std::string_view literal) { text += literal; },
        [&](const std::string& name) {
          text += name == "input"    ? example.input
                  : name == "output" ? example.references.front()
                                     : example.fields.at(name);
        });
  }
  return text;
}

std::vector<Candidate> sample_candidates(std::span<const std::string> instructions,
                                         const data::Dataset& train,
                                         const ExemplarFormat& format,
                                         const ExemplarOptions& options) {
  const auto examples = static_cast<std::int64_t>(train.examples.size());
  Rng rng(options.seed, "exemplars");
  std::vector<Candidate> domain;
  std::set<Key> met;
  for (std::int64_t draw = 0; draw < kDrawsEach * options.sample; ++draw) {
    if (static_cast<std::int64_t>(domain.size()) == options.sample) break;
    Candidate candidate = instructions[static_cast<std::size_t>(draw) % instructions.size()];
    candidate.exemplars = rng.sample(examples, options.count);
    if (!met.insert(key_of(candidate)).second) continue;
    candidate.shown = format(train, candidate.exemplars);
    candidate.way = "sample";
    domain.push_back(std::move(candidate));
  }
  return domain;
}

std::vector<Candidate> vary_candidate(const Candidate& best,
                                      std::span<const Candidate> known,
                                      const data::Dataset& train,
                                      const ExemplarFormat& format,
                                      std::int64_t most,
                                      std::uint64_t seed,
                                      std::int64_t round) {
  std::set<Key> met;
  for (const Candidate& one : known) met.insert(key_of(one));
  Variation variation(best, instructions_of(known),
                      static_cast<std::int64_t>(train.examples.size()),
                      Rng(seed, "vary/" + std::to_string(round)));
  std::vector<Candidate> varied;
  for (std::int64_t draw = 0; draw < kDrawsEach * most; ++draw) {
    if (static_cast<std::int64_t>(varied.size()) == most) break;
    Candidate candidate = variation.draw(draw);
    if (!met.insert(key_of(candidate)).second) continue;
    candidate.shown = format(train, candidate.exemplars);
    varied.push_back(std::move(candidate));
  }
  return varied;
}

}  // namespace zopo::task
