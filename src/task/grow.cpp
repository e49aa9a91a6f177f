#include "zopo/task/grow.h"

#include "task/intake.h"
#include "task/meta_prompt.h"
#include "zopo/base/random.h"

namespace zopo::task {

Generation grow(llm::Chat& chat,
                const data::Dataset& train,
                std::span<const Scored> around,
                std::span<const std::string> known,
                const GrowOptions& options) {
  MetaPrompt prompt;
  prompt.way = Way::neighbor;
  prompt.around.assign(around.begin(), around.end());
  const auto examples = static_cast<std::int64_t>(train.examples.size());
  std::vector<llm::ChatRequest> requests;
  for (std::int64_t i = options.asked; i < options.asked + options.replies; ++i) {
    Rng rng(options.seed, "grow/" + std::to_string(i));
    prompt.variation = static_cast<std::size_t>(i);
    prompt.demonstrations.clear();
    for (const std::int64_t at : rng.sample(examples, std::min(options.demonstrations, examples)))
      prompt.demonstrations.push_back(&train.examples[static_cast<std::size_t>(at)]);
    // Numbered throughout, so that equal requests are different samples.
    requests.push_back({fill(prompt), static_cast<int>(i), "grow"});
  }
  Generation made;
  for (const llm::ChatReply& reply : chat.complete(requests))
    take_reply(reply, Way::neighbor, options.gives_away, made);
  drop_twins(known, options.near, options.replies, made);
  return made;
}

}  // namespace zopo::task
