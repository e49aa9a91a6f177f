#pragma once
// The parts that talk to the outside, wired from settings: transport, stores, budget, chat,
// embeddings.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/base/interruption.h"
#include "zopo/data/embeddings.h"
#include "zopo/http/transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"
#include "zopo/report/run_result.h"
#include "zopo/run/inputs.h"
#include "zopo/run/person.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"
#include "zopo/task/evaluator.h"
#include "zopo/task/preference.h"

namespace zopo::run {

class Endpoint {
 public:
  // responses: the store of the run, created when absent. interrupted: may be null; when it turns
  // true nothing more is sent. earlier: stores of other runs, read before anything is sent.
  // choose: where a person is the judge.
  // Throws Failure (missing key, unreadable store).
  Endpoint(const settings::Settings& settings,
           const std::filesystem::path& responses,
           const Interruption* interrupted,
           const std::vector<std::filesystem::path>& earlier = {},
           const Choose& choose = {});
  ~Endpoint();

  // role: what the calls are for, in the account of the spending; "test" may use what was kept
  // aside. A judge's calls are accounted for as "judge", or "judge-test". opponents: the baseline's
  // replies to dataset, for a metric that compares with them; none for the baseline itself. Borrows
  // all of it.
  task::Evaluator evaluator(const Inputs& inputs,
                            const data::Dataset& dataset,
                            const std::string& role,
                            const task::Opponents* opponents = nullptr);

  // Where the caps are held.
  llm::Budget& budget();
  // All that was charged so far, whoever paid, as result.json has it.
  report::RunUsage usage() const;

  // What writes candidates, with the settings of candidates.write, which it needs.
  llm::Chat& writer();

  struct Embedded {
    data::Embeddings vectors;
    std::vector<std::string> models;  // as the endpoint named them
  };
  // Embeddings from the endpoint, a row a text. on_embedded: how many more texts have theirs.
  // Throws Failure.
  Embedded embed(
      const std::vector<std::string>& texts,
      const std::function<void(std::int64_t)>& on_embedded = [](std::int64_t) {});

  struct Spent {
    std::int64_t calls_paid = 0;    // answered over the network, by this process
    std::int64_t calls_cached = 0;  // found in a store
    std::int64_t calls_lost = 0;    // sent by earlier processes, and of no use to this one
    double usd = 0;                 // of the first two
    std::map<std::string, llm::Spending> by_role;
  };
  Spent spent() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// What the endpoints' clients are told. interrupted: may be null.
llm::ClientSettings client_settings(const settings::Settings& settings,
                                    const Interruption* interrupted);
llm::EmbedderSettings embedder_settings(const settings::Settings& settings,
                                        const Interruption* interrupted);
// To provider, which may be a command.
std::unique_ptr<http::Transport> make_transport(const settings::Settings& settings,
                                                const std::string& provider,
                                                const std::vector<std::string>& command);

// Embeddings that need no network: from the file or the built-in features; nothing when an endpoint
// makes them.
std::optional<data::Embeddings> local_embeddings(const settings::Settings& settings,
                                                 const Inputs& inputs);

}  // namespace zopo::run
