#pragma once
// What examples show of a task without being asked: the outputs' form, and whether inputs have
// lines.
//
//   const TaskFacts facts = facts_of(train);
//   // facts.labels == {"billing", "shipping"}: nothing else ever stands in an output

#include <cstddef>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"

namespace zopo::write {

struct TaskFacts {
  // The distinct outputs, sorted, where they are few and come again; else empty.
  std::vector<std::string> labels;
  // "a number", "JSON", "one letter", "one of the choices that the input lists", "one word copied
  // from the input", "words copied from the input", "one word", "one sentence", "one line"; empty
  // where outputs share no form, or are labels.
  std::string output_form;
  bool inputs_have_lines = false;  // more than one in some input
};

TaskFacts facts_of(const data::Dataset& train);

// Are these words, which a prompt can name one by one? Numbers are not: "from 1 to 5" names five.
bool are_words(const std::vector<std::string>& labels);

// As a prompt would say it, "Answer with one of: billing, shipping" or "Answer with a number
// alone"; empty where the facts say nothing of the outputs.
std::string said_form(const TaskFacts& facts);

// The labels that stand in the prompt, as whole words, case aside.
std::size_t labels_named(const std::vector<std::string>& labels, const std::string& prompt);

}  // namespace zopo::write
