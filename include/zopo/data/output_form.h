#pragma once
// What the expected outputs of a data set look like, for whoever asks a model to produce such ones.
//
//   OutputForm form = output_form(dataset);
//   describe(form) == "one of 2 labels: negative (12), positive (18)"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"

namespace zopo::data {

struct OutputForm {
  enum class Kind {
    labels,   // few distinct short texts, each twice or more on average; numbers and letters too
    numbers,  // each is one number, and nothing else beside units, signs and separators
    json,     // each is a JSON object or list
    text,     // anything else
  };
  struct Label {
    std::string text;       // as it stands in the data
    std::size_t count = 0;  // examples that have it first
  };
  Kind kind = Kind::text;
  std::vector<Label> labels;  // of kind labels: by text
  // All texts with how often they come, by text, where they are at most 50, short, and one line
  // each; whatever the kind. Labels are among them.
  std::vector<Label> distinct;
  bool are_bare_numbers = false;  // whatever the kind: see is_bare_number
  bool are_integers = false;      // of kind numbers: all of them without a decimal point
  // The members that every output has, by name; of kind json where all are objects.
  std::vector<std::string> members;
  // Of the texts as they stand, in words between white space, and in lines; 0 for no examples.
  std::size_t fewest_words = 0, most_words = 0, most_lines = 0;

  // The number of words that all have in common.
  std::optional<std::size_t> words() const {
    if (fewest_words != most_words || most_words == 0) return std::nullopt;
    return most_words;
  }
};

// By the first reference of each example.
OutputForm output_form(const Dataset& dataset);

// One number, and no unit beside it: "-1,200.5", "$5", "3 %".
bool is_bare_number(const std::string& text);

// In a few words without a full stop: "one of 2 labels: no (3), yes (4)", "whole numbers", "JSON
// objects with a, b", "text of 1 word", "text of 1 to 12 words in up to 3 lines".
std::string describe(const OutputForm& form);

}  // namespace zopo::data
