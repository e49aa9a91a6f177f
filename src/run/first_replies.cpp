#include "zopo/run/first_replies.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zopo/base/text.h"
#include "zopo/score/thinking.h"

namespace zopo::run {
namespace {

constexpr std::size_t kEnoughForThinking = 3, kEnoughForMismatch = 20, kEnoughForNone = 40;
constexpr std::size_t kFewest = 8;  // at the end, where no more come
constexpr std::size_t kShown = 3;

// Another way to score a reply.
struct OtherScoring {
  std::vector<std::string> extract;
  std::string metric;  // "": the task's own
};

// The least change first.
const std::vector<OtherScoring>& other_scorings() {
  static const std::vector<OtherScoring> all = {{{"strip_think"}, ""},
                                                {{"last_line"}, ""},
                                                {{"first_line"}, ""},
                                                {{"strip_think", "last_line"}, ""},
                                                {{"boxed"}, ""},
                                                {{"json:/answer"}, ""},
                                                {{"json:/label"}, ""},
                                                {{"json:/output"}, ""},
                                                {{"after:Answer:"}, ""},
                                                {{"after:answer is"}, ""},
                                                {{"last_number"}, ""},
                                                {{}, "multiple_choice"},
                                                {{"last_number"}, "numeric"},
                                                {{}, "contains"},
                                                {{"strip_think"}, "contains"},
                                                {{}, "json"}};
  return all;
}

std::string as_setting(const OtherScoring& other) {
  nlohmann::ordered_json metric;
  if (!other.metric.empty()) metric["name"] = other.metric;
  if (!other.extract.empty()) metric["extract"] = other.extract;
  return "\"metric\": " + metric.dump();
}

std::string one_line(std::string_view text) {
  constexpr std::size_t kHead = 60, kTail = 40;
  std::string line = make_valid_utf8(trim(text));
  if (line.size() > kHead + kTail) {
    std::size_t tail = line.size() - kTail;
    while ((static_cast<unsigned char>(line[tail]) & 0xC0) == 0x80) ++tail;
    line = std::string(beginning(line, kHead)) + " .. " + line.substr(tail);
  }
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 32; }, ' ');
  return '"' + line + '"';
}

}  // namespace

FirstReplies::FirstReplies(const settings::Settings& settings,
                           const Inputs& inputs,
                           const data::Dataset& dataset,
                           std::string go_on,
                           std::string responses)
    : settings_(settings),
      inputs_(inputs),
      dataset_(dataset),
      go_on_(std::move(go_on)),
      responses_(std::move(responses)),
      settled_(!settings.evaluation.stop_if_all_wrong) {}

std::optional<Error> FirstReplies::look(std::span<const task::Answer> answers) {
  if (settled_) return std::nullopt;
  for (const task::Answer& answer : answers) {
    if (answer.state == llm::ReplyState::error) {
      ++failed_;
      continue;
    }
    seen_.push_back(answer);
    settled_ = settled_ || answer.score > 0;
  }
  settled_ = settled_ || seen_.size() > 2 * kEnoughForNone;
  if (settled_) seen_.clear();
  return settled_ ? std::nullopt : judge(kEnoughForMismatch, kEnoughForNone);
}

std::optional<Error> FirstReplies::conclude() const {
  return settled_ ? std::nullopt : judge(kFewest, kFewest);
}

std::optional<Error> FirstReplies::judge(std::size_t enough_for_mismatch,
                                         std::size_t enough_for_none) const {
  if (seen_.empty()) return std::nullopt;
  if (auto error = silence()) return error;
  if (!inputs_.metrics.front().metric) return std::nullopt;  // a judge's 0 is a grade
  if (seen_.size() >= kEnoughForThinking) {
    if (auto error = thinking()) return error;
  }
  if (seen_.size() >= enough_for_mismatch) {
    if (auto error = mismatch()) return error;
  }
  return seen_.size() >= enough_for_none ? nothing_fits() : std::nullopt;
}

std::optional<Error> FirstReplies::silence() const {
  if (seen_.size() <= failed_) return std::nullopt;  // what failed says more
  const bool all = std::all_of(seen_.begin(), seen_.end(), [](const task::Answer& answer) {
    return trim(answer.reply).empty();
  });
  if (!all) return std::nullopt;
  const bool reasoned =
      std::any_of(seen_.begin(), seen_.end(), [](const task::Answer& one) { return one.reasoned; });
  const std::string beside = reasoned ? " beside the model's reasoning" : "";
  return Error{ErrorKind::incomplete,
               fmt::format("All {} replies so far are empty{}. Raise llm.max_tokens (a model that "
                           "reasons may use it up before it answers), let the model answer without "
                           "thinking (vLLM, SGLang: llm.extra {{\"chat_template_kwargs\": "
                           "{{\"enable_thinking\": false}}}}), or see the server's log; then start "
                           "again. To score them as they are: {} --set evaluation.all_wrong=score",
                           seen_.size(), beside, go_on_)};
}

std::optional<Error> FirstReplies::thinking() const {
  std::size_t unfinished = 0;
  for (const task::Answer& answer : seen_) {
    if (!score::begins_with_thinking(answer.reply)) return std::nullopt;
    unfinished += answer.state == llm::ReplyState::truncated ? 1 : 0;
  }
  const std::vector<std::string>& own = settings_.metrics.front().extract;
  if (std::find(own.begin(), own.end(), "strip_think") != own.end()) {
    if (2 * unfinished <= seen_.size()) return std::nullopt;  // it is taken out already
    return stop("are the model's thinking, cut before an answer came", "raise llm.max_tokens");
  }
  std::size_t hits = 0;
  std::string helps = remedy(hits);
  if (helps.find("strip_think") == std::string::npos)
    helps = "\"metric\": {\"extract\": [\"strip_think\"]} takes the thinking out";
  if (2 * unfinished > seen_.size())
    helps += fmt::format("; {} replies were cut while thinking: raise llm.max_tokens", unfinished);
  return stop("begin with the model's thinking, and none scores", helps);
}

std::optional<Error> FirstReplies::mismatch() const {
  std::size_t hits = 0;
  const std::string helps = remedy(hits);
  if (hits < 3 || 10 * hits < 3 * seen_.size()) return std::nullopt;
  return stop("are scored 0 by metric " + inputs_.metrics.front().name, helps);
}

std::optional<Error> FirstReplies::nothing_fits() const {
  for (const task::Answer& answer : seen_) {
    const std::string reply = fold_case(answer.reply);
    const data::Example& example = dataset_.examples.at(static_cast<std::size_t>(answer.example));
    for (const std::string& reference : example.references) {
      if (reply.find(fold_case(trim(reference))) != std::string::npos) return std::nullopt;
    }
  }
  return stop("score 0, and none holds what was expected",
              "see whether data.fields names the right fields, and prompt.template shows what the "
              "model needs to know (the labels, the form of the answer)");
}

std::string FirstReplies::remedy(std::size_t& hits) const {
  const settings::MetricSettings& own = settings_.metrics.front();
  std::string best;
  for (const OtherScoring& other : other_scorings()) {
    if (other.metric.empty() && own.name == "command") continue;
    const bool strips = !other.extract.empty() && other.extract.front() == "strip_think";
    if (score::begins_with_thinking(seen_.front().reply) && !strips) continue;
    try {
      std::unique_ptr<score::Metric> made;
      if (!other.metric.empty())
        made = score::make_metric(other.metric, score::conventional_normalization(other.metric),
                                  nullptr);
      const score::Metric& metric = made ? *made : *inputs_.metrics.front().metric;
      std::vector<std::string> steps = other.extract;
      steps.insert(steps.end(), own.extract.begin(), own.extract.end());
      const score::Extractor extract(steps);
      std::size_t scored = 0;
      for (const task::Answer& answer : seen_) {
        const data::Example& example =
            dataset_.examples.at(static_cast<std::size_t>(answer.example));
        if (made) made->check(example.references);
        const std::string taken = extract(answer.reply);
        const score::Metric::Case one{taken, answer.reply, &example};
        const auto scores = metric.score_all({&one, 1});
        scored += scores.front().score.ok() && *scores.front().score >= 0.5 ? 1 : 0;
      }
      if (scored <= hits) continue;
      hits = scored;
      best = fmt::format("{} would score {} of {}", as_setting({steps, other.metric}), scored,
                         seen_.size());
    } catch (const Failure&) {
      continue;  // it does not go with these references
    }
  }
  return best;
}

std::string FirstReplies::shown() const {
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, seen_.size()); ++i) {
    const data::Example& example = dataset_.examples.at(static_cast<std::size_t>(seen_[i].example));
    text += fmt::format("\n  expected {}, replied {}", one_line(example.references.front()),
                        one_line(seen_[i].reply));
  }
  return text;
}

Error FirstReplies::stop(const std::string& what, const std::string& helps) const {
  return {ErrorKind::incomplete,
          fmt::format("All {} replies so far {}:{}\nWhat helps: {}. Mend the task and start again "
                      "with --cache {}, where these answers are found. To go on as it is: {} --set "
                      "evaluation.all_wrong=score",
                      seen_.size(), what, shown(), helps, responses_, go_on_)};
}

}  // namespace zopo::run
