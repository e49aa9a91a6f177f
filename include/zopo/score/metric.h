#pragma once
// answer x references -> score in [0, 1]. One registry; adding a metric = one function + one line
// in metric.cpp.
//
//   std::unique_ptr<Metric> metric = make_metric("exact_match", normalize, options);
//   metric->check(example.references);                           // once, when data is loaded
//   double score = metric->score(answer, example.references);    // the best over the references
//
// name             scores 1 when                                            options
// exact_match      the normalised texts are equal, and so are their signs   -
//                  + # < > = ^ (C# is not C++)
// f1               F1 of the bags of tokens (SQuAD v1.1: two empty texts    -
//                  score 0); the only one that is not 0 or 1
// contains         the reference stands in the answer as whole words; an    -
//                  empty reference in any answer that has a word
// exact_set        the sets of tokens are equal                             -
// multiple_choice  the answer chooses the reference's choice: "B", "(B)",   "choices": [..],
// default
//                  "B) Paris", "Answer: B", "The answer is (B)."; one that  "A" to "Z"
//                  names several or none chooses nothing
// regex            the reference, an RE2 pattern, matches in the answer     "full": true, the whole
// numeric          both hold exactly one number (currency, units and        "tolerance": absolute,
//                  thousands separators aside) and these are near:          "relative": to the
//                  |a - r| <= max(tolerance, relative |r|)                  reference; default 0
// json             both are JSON of equal value: numbers by value, the      -
//                  order of keys aside; a code fence around it is fine
// command          what a program of the user's says of a batch of replies  "command": a list,
//                  on its standard input, a line of JSON each: {"id",       program and arguments;
//                  "input", "references", "fields", "answer", "reply"};     "timeout_ms": 60000;
//                  it writes {"id", "score"} or {"id", "error"} for each,   "batch": replies a run,
//                  and "feedback" beside a score where it likes: what is    all; "directory"
//                  wrong, for people and for the model that writes prompts.
//                  The same line must always get the same score
// promptfoo        the example's own assertions pass, as promptfoo decides    -
//                  them; for its test cases only
//
// f1, exact_match, contains and exact_set normalise both sides with the named steps; contains and
// exact_set are Instruction Induction's. The others read the texts as they are.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/base/result.h"

namespace zopo::data {
struct Example;
}

namespace zopo::score {

// Immutable and thread-safe. Answers may be any bytes; time is linear in the answer.
class Metric {
 public:
  virtual ~Metric() = default;
  // answer: after extraction, before normalisation (the metric normalises both sides itself, as its
  // convention says; a reference that this leaves nothing of is compared with case and white space
  // folded alone). Best over references; 0 for none. Never NaN.
  virtual double score(std::string_view answer, std::span<const std::string> references) const = 0;
  // One reply to one example.
  struct Case {
    std::string_view answer;                 // after extraction
    std::string_view reply;                  // the whole of it
    const data::Example* example = nullptr;  // borrowed
  };
  struct Verdict {
    Result<double> score;  // an error is no score, and never a zero
    std::string feedback;  // why, in words; mostly empty
  };
  // One a case, in order. By default score() of each.
  virtual std::vector<Verdict> score_all(std::span<const Case> cases) const;
  // Are all scores 0 or 1? Decides which interval and which test fit.
  virtual bool is_binary() const = 0;
  // Throws Failure{data} naming the first reference that no answer could ever meet, because it is
  // no number, no pattern, no choice or no JSON. Call it for every example when data is loaded.
  virtual void check(std::span<const std::string> references) const;

  // References of the data, not accepted together, that the normalisation makes one, or nothing.
  struct Alike {
    std::string first, second;  // two of them; second is "" where all are nothing
    std::size_t groups = 0;
  };
  // Compares each of these by the most of its normalisation that keeps it apart from the others.
  // references: of each example. only_look: tells of them and changes nothing. Call it once, before
  // the first score. By default there is nothing to tell.
  virtual std::optional<Alike> keep_apart(const std::vector<std::vector<std::string>>& references,
                                          bool only_look = false);
};

// normalize: named steps, see normalize.h. options: the metric's own, checked strictly; null or an
// object. Throws Failure{config}.
std::unique_ptr<Metric> make_metric(const std::string& name,
                                    std::span<const std::string> normalize,
                                    const nlohmann::json& options);

std::vector<std::string> known_metrics();

// The normalisation that the metric's convention names: SQuAD v1.1's for f1, Instruction
// Induction's for contains and exact_set, else case, punctuation and white space. For callers whose
// user named none.
std::vector<std::string> conventional_normalization(const std::string& metric);

}  // namespace zopo::score
