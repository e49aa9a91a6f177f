#pragma once
// Records whose parts lie deeper, made flat: chats, LangSmith's objects, SQuAD's answers,
// BIG-bench's scores. What is flat already stays as it is.

#include <string>

#include "records.h"

namespace zopo::data {

//   messages [.., {"role": "assistant", "content": "a"}]  ->  input: the turns before; output: "a";
//                                                             system: what the system says
//   inputs {"question": "q"}, outputs {"answer": "a"}     ->  question: "q"; answer: "a"
//   answers {"text": ["a"]}, answers [{"text": "a"}]      ->  answers: ["a"]
//   target_scores {"yes": 1, "no": 0}                     ->  choices: ["yes", "no"]; output:
//   ["yes"] choices {"text": [..], "label": [..]}, options {"A": ..}  ->  choices: [..] A, B, C, D
//   beside answer                              ->  choices: [..]
//
// Throws Failure{data} for a chat without an assistant's turn.
void flatten_record(Record& record);

// Names by which inputs and outputs are known, the more specific first: Instruction Induction's
// tasks with several accepted answers keep one of them in "output" too.
inline constexpr const char* kKnownInputs[] = {
    "input",     "question", "prompt",   "text",    "sentence", "query",  "problem",
    "source",    "inputs",   "document", "article", "items",    "ctx",    "user_input",
    "utterance", "review",   "tweet",    "comment", "message",  "content"};
inline constexpr const char* kKnownOutputs[] = {"__expected",
                                                "possible_translations",
                                                "possible_outputs",
                                                "other_rhymes",
                                                "all_common_concepts",
                                                "outputs",
                                                "output",
                                                "answers",
                                                "answer",
                                                "answerKey",
                                                "target",
                                                "targets",
                                                "ideal",
                                                "expected_output",
                                                "expected",
                                                "completion",
                                                "response",
                                                "label",
                                                "gold",
                                                "correct_answer",
                                                "reference",
                                                "references",
                                                "summary",
                                                "translation",
                                                "expectedOutput",
                                                "expected_answer",
                                                "ground_truth",
                                                "highlights",
                                                "solution",
                                                "sentiment",
                                                "intent",
                                                "category",
                                                "class"};

// The name of the list of choices of a flat record; "" where it has none.
std::string choices_field(const RecordValue& record);

// "A. Paris\nB. Rome"; after 26 choices numbers.
std::string lettered_lines(const RecordValue& choices);
std::string choice_letter(std::size_t index);

}  // namespace zopo::data
