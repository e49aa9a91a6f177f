#pragma once
// Examples without an answer: how many are tolerated, and how messages name them.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/data/dataset.h"
#include "zopo/task/evaluator.h"

namespace zopo::run {

// An example that was refused for good for so many prompts is set aside for all: it is not asked
// any more.
inline constexpr std::size_t kRefusedForAll = 3;

// Where examples stand. Borrows dataset, which may be null.
struct ExampleNames {
  std::string split;  // "dev", "test"
  const data::Dataset* dataset = nullptr;

  // dev example 3 ("How many ..")
  std::string operator()(std::int64_t example) const;
};

struct Tolerance {
  // Of a prompt's examples, rounded up: unless it is 0, one may stay without an answer.
  double max_error_rate = 0;
  // That goes on with the run, "zopo optimize --resume RUN"; "" where there is none.
  std::string go_on = {};

  std::int64_t allowed(std::int64_t of) const;
  // Error{incomplete} when more of so many examples are missing than allowed: names the first, its
  // reason, and what to set. what: whose they are.
  std::optional<Error> check(std::span<const task::Answer* const> missing,
                             std::int64_t of,
                             const std::string& what,
                             const ExampleNames& names) const;
  // The same of all answers of a prompt.
  std::optional<Error> check(std::span<const task::Answer> answers,
                             const std::string& what,
                             const ExampleNames& names) const;
};

// The open examples of one split over all prompts, for a person.
class OpenExamples {
 public:
  explicit OpenExamples(ExampleNames names) : names_(std::move(names)) {}

  // The latest answers of one prompt.
  void add(std::span<const task::Answer> answers);
  bool is_set_aside(std::int64_t example) const;
  // The answer that stands for an example set aside. Requires is_set_aside().
  task::Answer answer_of(std::int64_t example) const;
  // A sentence an example, the first few of them.
  std::vector<std::string> sentences() const;

 private:
  struct Open {
    std::size_t prompts = 0, refused = 0;
    std::string reason;  // the first
  };

  ExampleNames names_;
  std::map<std::int64_t, Open> open_;
};

}  // namespace zopo::run
