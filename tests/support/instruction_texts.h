#pragma once
// Texts like the candidates of one task: put together from a few phrases each, so that all share
// much and some nearly everything.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "zopo/base/random.h"

namespace zopo::test {

inline std::vector<std::string> instruction_texts(std::size_t count) {
  using Phrases = std::array<const char*, 12>;
  static const std::array<Phrases, 6> kParts = {{
      {"Read the input", "Look at the text", "Take the given words", "Consider the sentence",
       "Study the example", "Go through the input carefully", "You are an editor; read the text",
       "As a teacher would, look at the words", "Given the input", "Think about the sentence",
       "Start with the input", "Examine what is written"},
      {" and find", " and write", ", then state", " and decide on", ", then name", " and give back",
       " and choose", ", then determine", " and pick", " and report", ", then extract",
       " and produce"},
      {" the plural", " the main subject", " the sentiment", " the larger animal",
       " the first letter", " the opposite", " a shorter version", " the cause", " a synonym",
       " the number that is missing", " the correct label", " the language"},
      {" of every noun", " of the last word", " that fits best", " for each item",
       " in plain English", " without any comment", " as a single word", " from the list",
       " that a reader would expect", " of the whole text", " according to the rules",
       " in the same order"},
      {". Answer with one word", ". Write nothing else", ". Do not explain", ". Be brief",
       ". Keep the case", ". Use lower case", ". If unsure, say so", ". Give only the answer",
       ". Avoid punctuation", ". Check it twice", ". Follow the format exactly",
       ". Never repeat the input"},
      {".", " and stop.", ", please.", " on a line of its own.", ", even where it is obvious.",
       " at the end.", " first.", " as in the examples.", ", always.", " and then finish.", " now!",
       ", with care."},
  }};
  Rng rng(5, "instructions");
  std::vector<std::string> texts;
  while (texts.size() < count) {
    std::string text;
    for (const Phrases& part : kParts) text += part[rng.below(part.size())];
    if (rng.below(10) == 0) text += " Note " + std::to_string(rng.below(1000)) + ".";
    texts.push_back(text);
  }
  return texts;
}

}  // namespace zopo::test
