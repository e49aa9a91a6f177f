#pragma once
// A model as the judge of replies, by a rubric: what it is asked and how its verdict is read.
//
// What is judged stands in one JSON object, so nothing in it can end the quotation. A verdict is
// taken from the last object of the judge's own reply alone, and has to repeat a key that depends
// on every byte of what is judged: no text that is judged can hold its own. What it says may still
// persuade a judge; that, no layout prevents.
//
// A judge's reply that is missing, cut short or without a verdict is an error, never a zero.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/task/measure.h"

namespace zopo::task {

struct Rubric {
  std::string text;
  double low = 1, high = 5;  // the scale of a grade
  bool references = true;    // are they shown?
  // Of a text that is judged, as JSON; the judge is told that a longer one is cut.
  std::size_t most_bytes = 16384;
};

struct JudgeQuestion {
  std::vector<llm::Message> messages;
  std::string key;
};
JudgeQuestion grade_question(const Rubric& rubric,
                             const data::Example& example,
                             std::string_view answer);
// Which of two answers is better?
JudgeQuestion choice_question(const Rubric& rubric,
                              const data::Example& example,
                              std::string_view first,
                              std::string_view second);

// An answer whose request is as long as any can be.
std::string longest_answer(const Rubric& rubric);

// From {"key": .., "score": ..}, the last object of the reply, mapped from the scale to [0, 1].
Result<double> parse_grade(std::string_view reply, const JudgeQuestion& question, const Rubric&);
// From {"key": .., "better": 1, 2 or 0}, the last object of the reply: 1 when the first answer is
// better, 0 when the second is, .5 when neither.
Result<double> parse_choice(std::string_view reply, const JudgeQuestion& question);

// Grades. Borrows chat, which outlives it.
std::unique_ptr<Measure> measure_by_judge(llm::Chat& chat, Rubric rubric);

}  // namespace zopo::task
