#pragma once
// Named steps that make two answers comparable, applied in the order below whatever order they are
// named in:
//
//   "instruction_induction"  what the evaluation of Instruction Induction cuts before it compares
//                            (Honovich et al., arXiv 2205.10782): " and " and the labels
//                            "Sentence 1:" and "Sentence 2:" go, the first line stays, of it the
//                            first sentence, a hyphen becomes a blank.
//   "nfc"                    Unicode normalisation form C.
//   "case"                   Unicode case folding (composes, like nfc).
//   "punctuation"            Unicode category P and all ASCII punctuation go, as in SQuAD v1.1.
//   "articles"               the words a, an and the go.
//   "whitespace"             runs of white space become one blank; none at the ends.
//
// SQuAD v1.1's normalisation is {case, punctuation, articles, whitespace}. Departing from both
// conventions, numbers keep their value: a mark between two digits, a leading decimal point and a
// minus sign stay ("3.5" never equals "35", nor "-2" "2", nor "3/4" "34"), and a decimal point ends
// no sentence. Thousands commas go: "1,000" equals "1000".

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::score {

// Immutable and thread-safe. Invalid UTF-8 becomes U+FFFD; time is linear in the text.
class Normalizer {
 public:
  // Throws Failure{config} for an unknown step, with the nearest known one.
  explicit Normalizer(std::span<const std::string> steps);
  std::string operator()(std::string_view text) const;

  // Less and less of it, as far as the steps say, for texts that it would make nothing or one:
  // punctuation goes at the ends of a text alone, but for + # < > = ^; case and white space; white
  // space.
  Normalizer inner() const;
  Normalizer least() const;
  Normalizer bare() const;
  // Case, articles and white space.
  Normalizer meant() const;

  static std::vector<std::string> known_steps();

 private:
  bool instruction_induction_ = false, nfc_ = false, case_ = false, punctuation_ = false,
       articles_ = false, whitespace_ = false, ends_only_ = false;
};

}  // namespace zopo::score
