#pragma once
// Candidates that are an instruction and an ordered list of demonstrations, chosen together: what
// is shown and in which order decides as much as the instruction (EASE: "Prompt Optimization with
// EASE? Efficient Ordering-aware Automated Selection of Exemplars", arXiv 2405.16122, which embeds
// the whole text, orders included, and searches a sample of all lists). There the sample is drawn
// once for each step; here once for a search, and refined around the best one.
//
//   const ExemplarFormat format("Input: {{input}}\n\nOutput: {{output}}", common_fields(..));
//   std::vector<Candidate> domain = sample_candidates(instructions, train, format, {.count = 3});

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/task/candidate.h"

namespace zopo::task {

class ExemplarFormat {
 public:
  // content: of one demonstration, with {{input}}, {{output}} and the fields, which all of train
  // has. Throws Failure{config} for another placeholder, and without {{output}}.
  ExemplarFormat(std::string content, const std::set<std::string>& fields);

  // One after another, an empty line between them.
  std::string operator()(const data::Dataset& train, std::span<const std::int64_t> exemplars) const;

 private:
  std::string content_;
};

struct ExemplarOptions {
  std::int64_t count = 3;     // demonstrations of a candidate; train has as many
  std::int64_t sample = 200;  // candidates
  std::uint64_t seed = 0;
};

// Distinct candidates, the instructions in turn, each with demonstrations drawn anew; fewer than
// asked for where there are hardly as many. instructions: not empty.
std::vector<Candidate> sample_candidates(std::span<const std::string> instructions,
                                         const data::Dataset& train,
                                         const ExemplarFormat& format,
                                         const ExemplarOptions& options);

// Up to `most` candidates that differ from best in one thing, in turn: one demonstration swapped
// for another ("swap"), two in each other's place ("reorder"), another instruction ("instruction");
// none of them is known. round: the how-manyth time, for the draw.
std::vector<Candidate> vary_candidate(const Candidate& best,
                                      std::span<const Candidate> known,
                                      const data::Dataset& train,
                                      const ExemplarFormat& format,
                                      std::int64_t most,
                                      std::uint64_t seed,
                                      std::int64_t round);

}  // namespace zopo::task
