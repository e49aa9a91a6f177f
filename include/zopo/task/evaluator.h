#pragma once
// Prompts on examples -> scored answers in one of three states. An error is never a wrong answer:
// it has no score.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/data/extract.h"
#include "zopo/data/metric.h"
#include "zopo/llm/chat.h"
#include "zopo/task/prompt.h"

namespace zopo::task {

// What one example of one prompt needs.
struct Item {
  std::string instruction;
  std::int64_t example = 0;  // index in the dataset
};

struct Answer {
  std::int64_t example = 0;
  llm::ReplyState state = llm::ReplyState::error;
  double score = 0;   // mean over the repeats; meaningless when state == error
  std::string reply;  // of the last repeat
  std::string extracted;
  llm::Usage usage;             // summed over the repeats
  std::int64_t calls = 0;       // requests that were needed, whoever paid
  std::int64_t calls_paid = 0;  // of them, sent by this process
  std::string model;            // as returned
  Error error;                  // when state == error
};

// Counts and mean of the answers of one prompt.
struct Evaluation {
  std::int64_t ok = 0, truncated = 0, error = 0;
  double sum = 0;
  std::int64_t scored() const { return ok + truncated; }
  double mean() const { return scored() > 0 ? sum / static_cast<double>(scored()) : 0.0; }
};
Evaluation summarize(std::span<const Answer> answers);

// What a truncated reply is.
enum class Truncated {
  score,  // an answer, scored on the text there is
  open,   // no answer: an error
};

// Borrows everything; all of it outlives the evaluator. Thread-safe as far as the Chat is.
class Evaluator {
 public:
  Evaluator(llm::Chat& chat,
            const PromptTemplate& prompt,
            const data::Extractor& extract,
            const data::Metric& metric,
            const data::Dataset& dataset,
            int repeats,
            Truncated truncated = Truncated::score);

  // One answer per item, in order; all requests go out together.
  std::vector<Answer> evaluate(std::span<const Item> items) const;

 private:
  // State, usage and last reply of one item, without its score.
  Answer collect(const Item& item, std::span<const llm::ChatReply> replies) const;
  // The scores of all answers that have their replies, in one batch; what the metric cannot score
  // is an error. replies: repeats for each answer, in order.
  void score(std::span<const llm::ChatReply> replies, std::span<Answer> answers) const;

  llm::Chat& chat_;
  const PromptTemplate& prompt_;
  const data::Extractor& extract_;
  const data::Metric& metric_;
  const data::Dataset& dataset_;
  int repeats_;
  Truncated truncated_;
};

}  // namespace zopo::task
