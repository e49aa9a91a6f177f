#pragma once
// What decides whether a reply passes a test case of promptfoo.

#include <memory>
#include <string>

#include "zopo/data/dataset.h"

namespace zopo::data {

// Immutable and thread-safe.
class PromptfooAssertion {
 public:
  virtual ~PromptfooAssertion() = default;
  virtual double score(const std::string& output) const = 0;
  virtual bool passes(const std::string& output) const = 0;
};

// Of an example that has assertions. Throws Failure{data}, naming the example's place, where one
// cannot be decided here: but examples with such ones are not loaded.
std::shared_ptr<const PromptfooAssertion> assertions_of(const Example& example);

}  // namespace zopo::data
