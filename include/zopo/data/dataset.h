#pragma once
// Examples with expected outputs, from json, jsonl, csv, tsv and yaml files.
//
//   FieldMap fields;                       // {"input"} -> {"output"}
//   Dataset dev = load_dataset("dev.jsonl", fields);
//
// Everything here throws Failure{data} naming file, line or JSON pointer, and what to do.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace zopo::data {

struct Example {
  std::string input;                    // what {{input}} becomes
  std::vector<std::string> references;  // accepted outputs, at least one
  // Every other field by name, for {{name}} in templates: a list of choices as lettered lines, any
  // other list or object as JSON, numbers as they are written in the file.
  std::map<std::string, std::string> fields;
  std::string where = {};  // "dev.jsonl:12", for messages
  // promptfoo's, as JSON, see promptfoo_assertions.h; "" where there are none.
  std::string assertions = {};
};

struct Dataset {
  std::string name;  // the file's path as given, for messages
  std::vector<Example> examples;
  // How the file was understood, in words: "JSON Lines; input: question; output: answer".
  std::string layout = {};
  std::vector<std::string> notes = {};  // what a user should know, a sentence each
  bool has_objects = false;             // are outputs JSON objects?
};

// How to read records. Which fields hold the input and the output, by name or JSON pointer
// ("/inputs/question"). Where the user set none (nullopt), the known layouts are recognised:
//
//   input       input, question, prompt, text, sentence, query, problem, source, inputs, document,
//               article; instruction, or instruction and input (Alpaca); the turns before the last
//               assistant's in messages; effect of cause and effect; items; one variable beside
//               promptfoo's __expected
//   output      output, answers, answer, target, targets, ideal, expected_output, expected,
//               completion, response, label and others: one, or a list of accepted ones; the last
//               assistant's turn; the best of target_scores; an object, as JSON; what follows
//               "####" (GSM8K)
//   in objects  inputs and outputs (LangSmith); answers with "text" (SQuAD)
//
// A context or passage beside a question, and choices, are part of the input, unless the prompt
// shows them itself; the answer of choices is then the letter (in the data: a letter, an index from
// 0, or the text).
struct FieldMap {
  std::optional<std::string> input;
  std::optional<std::string> output;
  std::vector<std::string> labels = {};  // what the whole numbers 0, 1, .. in the output stand for
  std::set<std::string> shown = {};      // the fields that the prompt names: {"input", "context"}
  bool letters_only = false;             // the references of choices are letters, without the text
  std::string side = {};                 // "dev": of a file with splits
  // Do programs or judges score? Then promptfoo's assertions are texts for them, of whatever type.
  bool scored_elsewhere = false;
};

// Byte order marks and empty lines are skipped. Refuses an empty set, an empty input and records
// that do not have what the first one has, with the fields there are.
Dataset load_dataset(const std::filesystem::path& file, const FieldMap& fields);

// The splits that a .json file holds ({"train": [..], "test": [..]}), by their names there; none of
// a file that is one set of examples.
std::vector<std::string> splits_in(const std::filesystem::path& file);

}  // namespace zopo::data
