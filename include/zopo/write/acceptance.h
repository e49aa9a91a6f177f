#pragma once
// Which written prompts become candidates, and why the others do not.
//
//   Acceptance acceptance(options);
//   acceptance.know(prompt);                                   // of those there are
//   if (auto no = acceptance.refuse("I'm sorry, but ..")) ..   // {"refusal", ..}

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/write/facts.h"

namespace zopo::write {

// reason, as it is counted:
//   empty     nothing but white space and punctuation
//   bytes     no valid UTF-8, or control characters
//   too_long  longer than max_chars
//   refusal   "I'm sorry, but .."
//   echo      repeats eight words of the brief's own, or one of its tags
//   copy      holds eight words of an example in a row, a short example's whole input with its
//             output, or a longer input whole
//   lost      lacks a variable or a kept line
//   labels    leaves out labels that it has to name
//   exact     is there already
//   near      is there already, but for a few words
struct Rejection {
  std::string reason;
  std::string detail;  // for a person: what was met; may be empty
};

struct AcceptanceOptions {
  std::size_t max_chars = 4000;  // bytes
  // From this share of common words on, and with at most kFewWords others, two prompts are one. 1:
  // only equal ones are.
  double near = 0.9;
  const data::Dataset* train = nullptr;  // borrowed for the construction; null: none
  const data::Dataset* dev = nullptr;
  const data::Dataset* test = nullptr;
  TaskFacts facts = {};
  // What it holds may stand in other prompts too: its words are no echo and no copy, and where it
  // shows an example of train, others may.
  std::optional<std::string> user_prompt = {};
  std::string surroundings = {};  // labels that they name need not be named again
  // What a prompt lost: a variable, a line. Nothing: it is whole. May be empty.
  std::function<std::optional<std::string>(const std::string&)> lost = {};

  static constexpr std::size_t kFewWords = 6;
};

class Acceptance {
 public:
  explicit Acceptance(const AcceptanceOptions& options);
  ~Acceptance();
  Acceptance(Acceptance&&) noexcept;

  void know(const std::string& prompt);
  // Nothing: it is accepted, and known from now on. Any bytes; linear in the prompt and in what is
  // known.
  std::optional<Rejection> refuse(const std::string& prompt);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace zopo::write
