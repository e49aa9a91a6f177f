#pragma once
// Does a prompt give answers away? A prompt that quotes the expected outputs of dev or test scores
// well on them and nowhere else.
//
//   const LeakCheck check(splits.dev, "dev");
//   std::optional<std::string> warning = check("Say cats for cat.");

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/score/normalize.h"

namespace zopo::task {

class LeakCheck {
 public:
  // side: "dev" or "test", for the sentence. An answer that more than one example in twenty shares
  // is a label that a prompt may well name; one of fewer than three characters says nothing.
  LeakCheck(const data::Dataset& dataset, std::string side);

  // How many examples have an answer that stands in the prompt as whole words, case, punctuation
  // and white space aside.
  std::size_t count(const std::string& prompt) const;
  // A sentence with that number and the first answer found; nothing when it is 0.
  std::optional<std::string> operator()(const std::string& prompt) const;

 private:
  struct Found {
    std::size_t examples = 0;
    std::string first;
  };
  Found find(const std::string& prompt) const;

  std::string side_;
  score::Normalizer normalize_;
  std::unordered_map<std::string, std::size_t> answers_;  // normalised -> examples that have it
  std::size_t most_words_ = 0;                            // of an answer
};

// Does a prompt hold an example whole, its input and one of its answers? A label that an
// instruction names ("say positive or negative") is none, nor is an answer without its input.
//
//   const PairCheck gives_away(splits.dev);
//   gives_away("Write the plural: cat becomes cats.");  // where dev has cat -> cats
class PairCheck {
 public:
  // An input of fewer than three characters says nothing.
  explicit PairCheck(const data::Dataset& dataset);
  // Both as whole words, the answer outside of the input, case, punctuation and white space aside.
  bool operator()(const std::string& prompt) const;

 private:
  struct Pair {
    std::string input;  // normalised
    std::vector<std::string> answers;
  };
  bool stands_at(std::string_view normal, std::size_t at) const;

  score::Normalizer normalize_;
  std::vector<Pair> pairs_;
  // The first words of an input, at most kFirstWords, -> pairs_.
  std::unordered_map<std::string, std::vector<std::size_t>> by_beginning_;
};

}  // namespace zopo::task
