#include "zopo/task/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "task/intake.h"
#include "task/meta_prompt.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"

namespace zopo::task {
namespace {

constexpr std::int64_t kSmallestBatch = 8, kLargestBatch = 512;
constexpr std::int64_t kPatience = 48;  // replies without anything new before it is given up

// Those that a task may ask for.
constexpr std::array<std::pair<Way, const char*>, 5> kWays = {{{Way::induce, "induce"},
                                                               {Way::persona, "persona"},
                                                               {Way::format, "format"},
                                                               {Way::paraphrase, "paraphrase"},
                                                               {Way::mutate, "mutate"}}};

class Generator {
 public:
  Generator(llm::Chat& chat, const data::Dataset& train, const GenerateOptions& options)
      : chat_(chat), train_(train), options_(options) {}

  Generation run(const std::function<void(const GenerateProgress&)>& on_progress) {
    while (!is_finished()) {
      const std::vector<llm::ChatRequest> batch = next_batch();
      const std::vector<llm::ChatReply> replies = chat_.complete(batch);
      const std::size_t before = made_.candidates.size();
      for (std::size_t i = 0; i < replies.size(); ++i)
        take_reply(replies[i], ways_[i], options_.gives_away, made_);
      drop_twins({}, options_.near, options_.count, made_);
      fruitless_ = made_.candidates.size() > before
                       ? 0
                       : fruitless_ + static_cast<std::int64_t>(replies.size());
      on_progress({static_cast<std::int64_t>(made_.candidates.size()), made_.replies});
    }
    made_.repeats_itself = !made_.error && fruitless_ >= kPatience;
    return std::move(made_);
  }

 private:
  bool is_finished() const {
    return made_.error || missing() <= 0 || asked_ >= options_.calls || fruitless_ >= kPatience;
  }
  std::int64_t missing() const {
    return options_.count - static_cast<std::int64_t>(made_.candidates.size());
  }

  // As many as the yield so far promises to need; never by what is in flight, so that a resumed
  // generation asks the same.
  std::int64_t batch_size() const {
    const double yield = asked_ == 0 ? 1.0
                                     : std::max(0.05, static_cast<double>(made_.candidates.size()) /
                                                          static_cast<double>(asked_));
    const auto wanted = static_cast<std::int64_t>(static_cast<double>(missing()) / yield);
    // What has brought little so far is not asked much more at once.
    const std::int64_t ceiling =
        asked_ == 0 ? 4 * kSmallestBatch
                    : std::clamp(2 * static_cast<std::int64_t>(made_.candidates.size()),
                                 2 * kSmallestBatch, kLargestBatch);
    return std::min(std::clamp(wanted, kSmallestBatch, ceiling), options_.calls - asked_);
  }

  std::vector<llm::ChatRequest> next_batch() {
    std::vector<llm::ChatRequest> batch;
    ways_.clear();
    for (const std::int64_t end = asked_ + batch_size(); asked_ < end; ++asked_) {
      const MetaPrompt prompt = meta_prompt(asked_ / options_.samples);
      std::vector<llm::Message> messages = fill(prompt);
      // Equal requests (few examples, several samples) are repeats of each other.
      int& repeat = repeats_[messages.back().content];
      batch.push_back({std::move(messages), repeat++, "generate"});
      ways_.push_back(prompt.way);
    }
    return batch;
  }

  MetaPrompt meta_prompt(std::int64_t number) const {
    Rng rng(options_.seed, "generate/" + std::to_string(number));
    const auto n = static_cast<std::int64_t>(options_.ways.size());
    MetaPrompt prompt;
    prompt.way = options_.ways[static_cast<std::size_t>(number % n)];
    prompt.variation = static_cast<std::size_t>(number / n);
    const std::size_t sources = options_.seeds.size() + made_.candidates.size();
    if (needs_source(prompt.way) && sources == 0) prompt.way = Way::induce;
    const auto examples = static_cast<std::int64_t>(train_.examples.size());
    for (const std::int64_t i : rng.sample(examples, std::min(options_.demonstrations, examples)))
      prompt.demonstrations.push_back(&train_.examples[static_cast<std::size_t>(i)]);
    if (needs_source(prompt.way)) {
      const auto at = static_cast<std::size_t>(rng.below(sources));
      prompt.source = at < options_.seeds.size()
                          ? options_.seeds[at]
                          : made_.candidates[at - options_.seeds.size()].prompt;
    }
    return prompt;
  }

  llm::Chat& chat_;
  const data::Dataset& train_;
  const GenerateOptions& options_;
  Generation made_;
  std::vector<Way> ways_;  // of the batch under way
  std::map<std::string, int> repeats_;
  std::int64_t asked_ = 0, fruitless_ = 0;
};

}  // namespace

const char* to_string(Way way) {
  for (const auto& [known, name] : kWays) {
    if (known == way) return name;
  }
  return "neighbor";
}

Way way_of(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [way, known] : kWays) {
    if (name == known) return way;
    names.emplace_back(known);
  }
  throw Failure(ErrorKind::config,
                fmt::format("\"{}\" is no way to generate candidates{} Known: {}", name,
                            did_you_mean(name, names), join(names, ", ")));
}

Generation generate(llm::Chat& chat,
                    const data::Dataset& train,
                    const GenerateOptions& options,
                    const std::function<void(const GenerateProgress&)>& on_progress) {
  return Generator(chat, train, options).run(on_progress);
}

}  // namespace zopo::task
