#pragma once
// What a reply is worth, and what finding that out took: a metric, a judge's grade, or a judge's
// choice between the reply and the baseline's. An error is no score, and never a zero.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/result.h"
#include "zopo/llm/chat.h"
#include "zopo/score/metric.h"

namespace zopo::task {

struct Expense {
  llm::Usage usage;
  std::int64_t calls = 0;       // requests that were needed, whoever paid
  std::int64_t calls_paid = 0;  // of them, sent by this process

  void add(const llm::ChatReply& reply);
  Expense& operator+=(const Expense& other);
};

struct Measurement {
  Result<double> score;  // in [0, 1]
  Expense judge;         // of a judge's calls
  std::string said;      // by a judge or a metric, for people to read
};

// Thread-safe as far as its Chat is.
class Measure {
 public:
  virtual ~Measure() = default;
  // One a case, in order; all requests of a judge go out together.
  virtual std::vector<Measurement> measure(std::span<const score::Metric::Case> cases) const = 0;
};

// metric.score_all(). Borrows metric, which outlives it.
std::unique_ptr<Measure> measure_by(const score::Metric& metric);

}  // namespace zopo::task
