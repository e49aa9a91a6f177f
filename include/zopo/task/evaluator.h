#pragma once
// Prompts on examples -> scored answers in one of three states. An error is never a wrong answer:
// it has no score.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/llm/chat.h"
#include "zopo/score/extract.h"
#include "zopo/score/metric.h"
#include "zopo/task/measure.h"
#include "zopo/task/prompt.h"

namespace zopo::task {

// What one example of one prompt needs.
struct Item {
  Candidate candidate;
  std::int64_t example = 0;  // index in the dataset
};

// What one of several metrics says of an answer.
struct MetricScore {
  std::string metric;           // its label
  std::optional<double> score;  // mean over the repeats; nothing when it cannot be told
};

struct Answer {
  std::int64_t example = 0;
  llm::ReplyState state = llm::ReplyState::error;
  // Weighted mean of the metrics, mean over the repeats; meaningless when state == error.
  double score = 0;
  std::vector<MetricScore> scores;  // of each metric, when there are several
  std::string reply;                // of the last repeat
  std::string extracted;
  llm::Usage usage;             // summed over the repeats
  std::int64_t calls = 0;       // requests that were needed, whoever paid
  std::int64_t calls_paid = 0;  // of them, sent by this process
  Expense judge;                // of a judge's calls, which usage and calls do not hold
  std::string judge_said;       // its reasons and verdicts; or a metric's feedback
  std::string model;            // as returned
  Error error;                  // when state == error
  bool refused = false;         // by the endpoint, for good: asking again cannot help
  bool reasoned = false;        // the reply is empty beside the model's reasoning
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

// One of the things that a reply is worth. Without weight it is reported and decides nothing.
struct WeightedMeasure {
  std::string label;
  double weight = 1;
  const score::Extractor* extract = nullptr;  // borrowed; takes the answer out of the reply
  std::shared_ptr<const Measure> measure;
};

// Borrows everything; all of it outlives the evaluator. Thread-safe as far as the Chat is.
class Evaluator {
 public:
  Evaluator(llm::Chat& chat,
            const PromptTemplate& prompt,
            const score::Extractor& extract,
            const score::Metric& metric,
            const data::Dataset& dataset,
            int repeats,
            Truncated truncated = Truncated::score);

  // measures: at least one, their weights not all 0. The first one's answer is an Answer's
  // extracted.
  Evaluator(llm::Chat& chat,
            const PromptTemplate& prompt,
            std::vector<WeightedMeasure> measures,
            const data::Dataset& dataset,
            int repeats,
            Truncated truncated = Truncated::score);

  // One answer per item, in order; all requests go out together.
  std::vector<Answer> evaluate(std::span<const Item> items) const;

 private:
  // State, usage and last reply of one item, without its score.
  Answer collect(const Item& item, std::span<const llm::ChatReply> replies) const;
  // The scores of all answers that have their replies, measure by measure, each in one batch; what
  // a measure with weight cannot score is an error. replies: repeats for each answer, in order.
  void score(std::span<const llm::ChatReply> replies, std::span<Answer> answers) const;
  void score_by(std::size_t measure,
                std::span<const llm::ChatReply> replies,
                std::span<Answer> answers) const;

  llm::Chat& chat_;
  const PromptTemplate& prompt_;
  std::vector<WeightedMeasure> measures_;
  double total_weight_ = 0;
  const data::Dataset& dataset_;
  int repeats_;
  Truncated truncated_;
};

}  // namespace zopo::task
