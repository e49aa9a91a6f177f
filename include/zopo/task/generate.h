#pragma once
// Candidate instructions from demonstrations: a model is asked in several ways, its replies are
// cleaned and the repetitions dropped, until there are enough distinct ones or the calls are used
// up.
//
//   Generation made = generate(*chat, train, {.count = 100, .calls = 200}, on_progress);

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/llm/chat.h"

namespace zopo::task {

enum class Way {
  induce,      // "what was the instruction?", from demonstrations
  persona,     // the same, speaking as or to somebody
  format,      // the same, with a demand on its form
  paraphrase,  // a seed, or one made already, in other words
  mutate,      // a seed, or one made already, changed, with demonstrations
  neighbor,    // near the best ones, while they are searched (grow.h); not to be asked for
};
const char* to_string(Way way);
// Throws Failure{config} with the nearest known one, for neighbor too.
Way way_of(std::string_view name);

struct GenerateOptions {
  std::int64_t count = 200;         // distinct candidates wanted
  std::int64_t calls = 400;         // replies asked for at most
  std::int64_t demonstrations = 5;  // in a request; as many as train has where that is less
  std::int64_t samples = 1;         // replies to one request
  double near = 0.9;                // cosine from which two are the same; 1: only equal ones
  std::uint64_t seed = 0;
  std::vector<Way> ways = {Way::induce, Way::persona, Way::format, Way::paraphrase, Way::mutate};
  std::vector<std::string> seeds = {};  // instructions to paraphrase and mutate; no candidates
  // Whether an instruction gives away what is to be scored; may be empty.
  std::function<bool(const std::string&)> gives_away = {};
};

struct Generated {
  std::string prompt;
  Way way = Way::induce;
};

struct Generation {
  std::vector<Generated> candidates;  // distinct, at most options.count
  std::int64_t replies = 0;           // of the model, usable or not
  std::int64_t calls = 0;             // requests they needed, whoever paid
  std::int64_t calls_paid = 0;
  llm::Usage usage;
  // Why something did not become a candidate -> how often: those of Unusable, "error", "leak",
  // "exact", "normalized", "near".
  std::map<std::string, std::int64_t> dropped;
  bool repeats_itself = false;  // it was ended because nothing new came any more
  std::string first_unusable;   // the beginning of the first reply without an instruction
  std::optional<Error> error;   // what ended it: budget, network, authentication, interruption ..

  // What was made afterwards joins what was made before.
  Generation& operator+=(const Generation& more);
};

struct GenerateProgress {
  std::int64_t distinct = 0, replies = 0;
};

// Depends on the options, train and the replies only: resumed with the same replies it makes the
// same requests. Demonstrations are drawn anew for each request. train: not empty.
Generation generate(llm::Chat& chat,
                    const data::Dataset& train,
                    const GenerateOptions& options,
                    const std::function<void(const GenerateProgress&)>& on_progress);

}  // namespace zopo::task
