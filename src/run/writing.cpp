// Orders become requests with what they need: parents, scores, and failures on train.
#include "zopo/run/writing.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "zopo/base/random.h"
#include "zopo/base/text.h"
#include "zopo/run/search_loop.h"

namespace zopo::run {
namespace {

constexpr std::int64_t kAtOnce = 32;    // requests of a round before the search
constexpr std::int64_t kPatience = 48;  // replies without anything new before it is given up

std::string surroundings_text(const settings::Settings& settings) {
  std::string text;
  for (const llm::Message& message : settings.messages) text += message.content + "\n";
  return text;
}

// {{name}} in a prompt.
std::set<std::string> variables_of(const std::string& prompt) {
  std::set<std::string> names;
  for (std::size_t at = prompt.find("{{"); at != prompt.npos; at = prompt.find("{{", at + 2)) {
    const std::size_t end = prompt.find("}}", at);
    if (end == prompt.npos) break;
    names.insert(prompt.substr(at, end + 2 - at));
  }
  return names;
}

// What every prompt must hold: the user's variables and the lines to keep.
std::vector<std::string> kept_by(const settings::Settings& settings) {
  std::vector<std::string> kept;
  if (settings.baseline)
    for (const std::string& name : variables_of(*settings.baseline)) kept.push_back(name);
  if (settings.candidates.write) {
    const std::vector<std::string>& lines = settings.candidates.write->keep;
    kept.insert(kept.end(), lines.begin(), lines.end());
  }
  return kept;
}

// What train shows; the labels that the metric was told are labels though train lacks some.
write::TaskFacts facts_of(const settings::Settings& settings, const data::Dataset& train) {
  write::TaskFacts facts = write::facts_of(train);
  for (const settings::MetricSettings& metric : settings.metrics) {
    if (metric.name != "multiple_choice" || !metric.options.contains("choices")) continue;
    facts.labels = metric.options.at("choices").get<std::vector<std::string>>();
    std::sort(facts.labels.begin(), facts.labels.end());
    facts.output_form.clear();
  }
  return facts;
}

write::Material material_of(const settings::Settings& settings, const data::Dataset& train) {
  write::Material material;
  material.facts = facts_of(settings, train);
  material.user_prompt = settings.baseline;
  material.surroundings = settings.messages;
  material.keep = kept_by(settings);
  if (settings.candidates.write) material.max_chars = settings.candidates.write->max_chars;
  return material;
}

write::AcceptanceOptions acceptance_of(const settings::Settings& settings, const Inputs& inputs) {
  const settings::CandidateSettings::Write& wanted = *settings.candidates.write;
  const std::vector<std::string> kept = kept_by(settings);
  return {.max_chars = wanted.max_chars,
          .near = wanted.near,
          .train = &inputs.splits.train,
          .dev = &inputs.splits.dev,
          .test = &inputs.splits.test,
          .facts = facts_of(settings, inputs.splits.train),
          .user_prompt = settings.baseline,
          .surroundings = surroundings_text(settings),
          .lost = [kept](const std::string& prompt) -> std::optional<std::string> {
            const auto missing = std::find_if(
                kept.begin(), kept.end(),
                [&](const std::string& text) { return prompt.find(text) == prompt.npos; });
            return missing == kept.end() ? std::nullopt : std::optional(*missing);
          }};
}

write::WriterOptions options_of(const settings::Settings& settings) {
  const settings::CandidateSettings::Write& wanted = *settings.candidates.write;
  return {static_cast<std::size_t>(wanted.demonstrations),
          static_cast<std::size_t>(wanted.per_reply), settings.optimizer.seed};
}

// The ways that the task wants and that are possible before anything is scored.
std::vector<const write::Way*> unscored_ways(const settings::Settings& settings, bool any_prompt) {
  std::vector<const write::Way*> ways;
  for (const std::string& name : settings.candidates.write->ways) {
    const write::Way& way = write::way_named(name);
    const write::AtHand at_hand{.user_prompt = settings.baseline.has_value(),
                                .prompts = any_prompt ? 1u : 0u};
    if (write::is_possible(way, at_hand)) ways.push_back(&way);
  }
  return ways;
}

bool changes_a_prompt(const write::Way* way) { return way->parents == write::Parents::one; }

std::vector<const write::Way*> of_kind(std::vector<const write::Way*> ways, bool changing) {
  std::erase_if(ways, [&](const write::Way* way) { return changes_a_prompt(way) != changing; });
  return ways;
}

}  // namespace

bool can_reflect(const settings::Settings& settings, const Inputs& inputs) {
  if (!settings.candidates.write || inputs.splits.train.examples.empty()) return false;
  const settings::CandidateSettings::Write& wanted = *settings.candidates.write;
  const bool repairs =
      std::find(wanted.ways.begin(), wanted.ways.end(), "repair") != wanted.ways.end();
  if (!repairs || wanted.failures == 0 || wanted.reflect == 0 || settings::has_preference(settings))
    return false;
  try {
    const task::PromptTemplate of_train(settings.messages,
                                        task::common_fields(inputs.splits.train.examples),
                                        settings.candidates.exemplars.has_value());
    return true;
  } catch (const Failure&) {
    return false;  // a variable that train lacks
  }
}

std::int64_t initial_replies(const settings::Settings& settings, const Inputs& inputs) {
  const bool any_prompt = settings.baseline.has_value() || !inputs.candidates.empty();
  // Where there is no prompt at all, there is one when the first have been written.
  const auto ways = unscored_ways(settings, any_prompt || settings.candidates.write->initial > 0);
  return settings.candidates.write->initial * static_cast<std::int64_t>(ways.size());
}

std::vector<write::Written> seeds_of(const settings::Settings& settings,
                                     const data::Dataset& train,
                                     const std::vector<std::string>& prompts) {
  if (!settings.candidates.write) return {};
  write::AcceptanceOptions none;
  none.near = 1;
  std::vector<write::Written> seeds =
      write::Writer(material_of(settings, train), train, none, {}).seeds();
  std::erase_if(seeds, [&](const write::Written& seed) {
    return std::find(prompts.begin(), prompts.end(), seed.prompt) != prompts.end();
  });
  return seeds;
}

std::int64_t longest_writing(const settings::Settings& settings, const Inputs& inputs) {
  std::size_t longest = settings.baseline ? settings.baseline->size() : 0;
  for (const task::Candidate& one : inputs.candidates)
    longest = std::max(longest, one.instruction.size());
  return write::longest_request(material_of(settings, inputs.splits.train), inputs.splits.train,
                                options_of(settings), longest,
                                static_cast<std::size_t>(settings.candidates.write->failures));
}

Writing::Writing(const settings::Settings& settings,
                 Endpoint& endpoint,
                 const Inputs& inputs,
                 std::int64_t most,
                 std::int64_t reflect)
    : settings_(settings),
      wanted_(*settings.candidates.write),
      endpoint_(endpoint),
      inputs_(inputs),
      most_(most),
      reflect_left_(reflect),
      next_id_(static_cast<std::int64_t>(inputs.candidates.size())),
      writer_(material_of(settings, inputs.splits.train),
              inputs.splits.train,
              acceptance_of(settings, inputs),
              options_of(settings)),
      train_order_(inputs.splits.train.examples.size()) {
  std::set<std::string> met;
  const auto add = [&](const std::string& prompt, std::int64_t id) {
    if (!met.insert(prompt).second) return;
    writer_.know(prompt);
    prompts_.push_back({id, prompt, std::nullopt, {}});
  };
  for (std::size_t i = 0; i < inputs.instructions.size(); ++i)
    add(inputs.instructions[i].instruction, static_cast<std::int64_t>(i));
  std::iota(train_order_.begin(), train_order_.end(), 0);
  Rng(settings.optimizer.seed, "reflect").shuffle(train_order_);
}

write::WrittenBatch Writing::ask(const std::vector<write::Order>& orders) {
  asked_ += static_cast<std::int64_t>(orders.size());
  write::WrittenBatch batch = writer_.write(endpoint_.writer(), orders);
  for (const write::Written& one : batch.written)
    prompts_.push_back({next_id_++, one.prompt, std::nullopt, {}});
  return batch;
}

write::Parent Writing::users() const {
  const auto there = std::find_if(prompts_.begin(), prompts_.end(), [&](const write::Parent& one) {
    return one.prompt == settings_.baseline;
  });
  return there == prompts_.end() ? write::Parent{0, *settings_.baseline, std::nullopt, {}} : *there;
}

// Each way in turn so often; a way that changes a prompt takes the given ones in turn.
std::vector<write::Order> Writing::turn(const std::vector<const write::Way*>& ways,
                                        std::int64_t replies,
                                        const std::vector<write::Parent>& from) {
  std::vector<write::Order> orders;
  std::size_t next = 0;
  for (std::int64_t i = 0; i < replies; ++i) {
    const write::Way* way = ways[static_cast<std::size_t>(i) % ways.size()];
    orders.push_back({way, {}});
    if (way->parents == write::Parents::user) {
      orders.back().parents = {users()};
    } else if (changes_a_prompt(way)) {
      orders.back().parents = {from[next++ % from.size()]};
    }
  }
  return orders;
}

write::WrittenBatch Writing::initial(
    const std::function<void(const write::WrittenBatch&)>& on_batch) {
  write::WrittenBatch all;
  for (const bool changing : {false, true}) {
    if (all.error) break;
    const auto ways = of_kind(unscored_ways(settings_, !prompts_.empty()), changing);
    const std::int64_t replies =
        std::min(replies_left(), wanted_.initial * static_cast<std::int64_t>(ways.size()));
    if (replies <= 0) continue;
    std::vector<write::Parent> from = prompts_;
    // The user's prompt is what is to become better.
    if (settings_.baseline) from = {users()};
    all += ask(turn(ways, replies, from));
    on_batch(all);
  }
  return all;
}

write::WrittenBatch Writing::fill(std::int64_t count,
                                  const std::function<void(const write::WrittenBatch&)>& on_batch) {
  write::WrittenBatch all;
  std::int64_t fruitless = 0;
  const auto written = [&] { return static_cast<std::int64_t>(all.written.size()); };
  while (!all.error && written() < count && replies_left() > 0 && fruitless < kPatience) {
    const auto ways = unscored_ways(settings_, !prompts_.empty());
    if (ways.empty()) break;
    const std::int64_t missing = (count - written() + wanted_.per_reply - 1) / wanted_.per_reply;
    const std::int64_t replies = std::min({replies_left(), missing, kAtOnce});
    // Any of them, so that one leads to another.
    std::vector<write::Parent> from = prompts_;
    Rng(settings_.optimizer.seed, "fill/" + std::to_string(asked_)).shuffle(from);
    const write::WrittenBatch more = ask(turn(ways, replies, from));
    fruitless = more.written.empty() ? fruitless + replies : 0;
    all += more;
    on_batch(all);
  }
  return all;
}

Result<std::vector<write::Mistake>> Writing::mistakes_of(optim::CandidateId id,
                                                         const task::Candidate& candidate) {
  Reflected& known = reflected_[id];
  const auto enough = static_cast<std::size_t>(wanted_.failures);
  if (known.mistakes.size() < enough && known.next < train_order_.size() && reflect_left_ > 0) {
    const std::size_t n =
        std::min({static_cast<std::size_t>(kLooks), train_order_.size() - known.next,
                  static_cast<std::size_t>(reflect_left_)});
    std::vector<task::Item> items;
    for (std::size_t i = 0; i < n; ++i) items.push_back({candidate, train_order_[known.next++]});
    reflect_left_ -= static_cast<std::int64_t>(n);
    if (!evaluator_) {
      evaluator_.emplace(endpoint_.evaluator(inputs_, inputs_.splits.train, "reflect"));
    }
    std::vector<task::Answer> answers;
    if (auto error = answer_all(*evaluator_, items, answers)) return *error;
    for (const task::Answer& answer : answers) {
      reflections_.push_back({id, answer});
      if (answer.state == llm::ReplyState::error || answer.score >= 1) continue;
      const data::Example& example =
          inputs_.splits.train.examples[static_cast<std::size_t>(answer.example)];
      known.mistakes.push_back(
          {example.input, example.references.front(), answer.extracted, answer.judge_said});
    }
  }
  std::vector<write::Mistake> shown = known.mistakes;
  if (shown.size() > enough) shown.resize(enough);
  return shown;
}

Ordered Writing::by_order(const std::vector<WritingOrder>& given,
                          const std::vector<task::Candidate>& candidates,
                          const std::map<optim::CandidateId, double>& means) {
  std::vector<write::Order> orders;
  Ordered ordered;
  for (const WritingOrder& one : given) {
    if (static_cast<std::int64_t>(orders.size()) >= replies_left()) break;
    write::Order order{&write::way_named(one.way), {}};
    const std::int64_t before = reflect_left_;
    for (const optim::CandidateId id : one.parents) {
      const task::Candidate& candidate = candidates.at(static_cast<std::size_t>(id));
      write::Parent parent{id, candidate.instruction, std::nullopt, {}};
      if (const auto mean = means.find(id); mean != means.end()) parent.score = mean->second;
      if (order.way->failures) {
        Result<std::vector<write::Mistake>> mistakes = mistakes_of(id, candidate);
        if (!mistakes) {
          ordered.batch.error = mistakes.error();
          return ordered;
        }
        parent.mistakes = std::move(*mistakes);
      }
      order.parents.push_back(std::move(parent));
    }
    std::stable_sort(order.parents.begin(), order.parents.end(),
                     [](const write::Parent& a, const write::Parent& b) {
                       return a.score.value_or(0) < b.score.value_or(0);
                     });
    const bool has_failures =
        std::any_of(order.parents.begin(), order.parents.end(),
                    [](const write::Parent& parent) { return !parent.mistakes.empty(); });
    if (order.way->failures && !has_failures) order.way = &write::way_named("paraphrase");
    ordered.looks.push_back(before - reflect_left_);
    orders.push_back(std::move(order));
  }
  ordered.batch = ask(orders);
  return ordered;
}

}  // namespace zopo::run
