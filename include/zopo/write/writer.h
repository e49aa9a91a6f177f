#pragma once
// New prompts by order: a brief for each, all asked at once, the replies read and judged in order.
//
//   Writer writer(material, train, acceptance_options, options);
//   for (const Written& seed : writer.seeds()) ..                       // no call
//   WrittenBatch batch = writer.write(*chat, {{&way_named("repair"), {best}}});
//
// Depends on what it was given and on the replies alone: the same orders and replies give the same
// requests and prompts, whatever the concurrency.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/random.h"
#include "zopo/llm/chat.h"
#include "zopo/write/acceptance.h"
#include "zopo/write/brief.h"

namespace zopo::write {

struct WriterOptions {
  // In a request; as many as train has where that is less, one of each of ten labels at least.
  std::size_t demonstrations = 5;
  std::size_t per_reply = 1;  // prompts asked for in one reply
  std::uint64_t seed = 0;
};

struct Order {
  const Way* way = nullptr;
  std::vector<Parent> parents = {};  // as the way wants them; worst first
};

struct Written {
  std::string prompt;
  std::string way;
  std::vector<std::int64_t> parents = {};  // ids
  std::size_t order = 0;                   // position among those given
};

struct Dropped {
  std::string text;  // as it was written; of an error its message
  std::string way;
  std::string reason;  // as of Rejection; or "cut", "error"
  std::string detail;
  std::size_t order = 0;  // position among those given
};

struct WrittenBatch {
  std::vector<Written> written;
  std::vector<Dropped> dropped;
  std::int64_t replies = 0;     // of the model, usable or not
  std::int64_t calls = 0;       // requests they needed, whoever paid
  std::int64_t calls_paid = 0;  // by this process
  llm::Usage usage;
  std::optional<Error> error;  // that would meet every other request: budget, network, ..

  // What was written afterwards joins what was written before.
  WrittenBatch& operator+=(const WrittenBatch& more);
};

// Reason -> how often.
std::map<std::string, std::int64_t> reasons(const std::vector<Dropped>& dropped);

class Writer {
 public:
  // train: borrowed; may be empty, then no examples are shown.
  Writer(Material material,
         const data::Dataset& train,
         const AcceptanceOptions& acceptance,
         const WriterOptions& options);

  // The user's prompt; the same with the labels or the outputs' form said, where it does not name
  // them; these alone. No call; accepted as they are, and known.
  std::vector<Written> seeds();
  // A prompt that is there: what repeats it is dropped.
  void know(const std::string& prompt) { acceptance_.know(prompt); }

  // One request an order. After an error that would meet every request, what came before it is in
  // the batch. Role of the requests: "write".
  WrittenBatch write(llm::Chat& chat, std::span<const Order> orders);

  const Material& material() const { return material_; }

 private:
  Brief brief_of(const Order& order);
  std::vector<const data::Example*> demonstrations(Rng& rng) const;
  void take(const llm::ChatReply& reply,
            const Order& order,
            const std::string& mark,
            WrittenBatch& batch);

  Material material_;
  const data::Dataset& train_;
  Acceptance acceptance_;
  WriterOptions options_;
  std::int64_t asked_ = 0;
  std::map<std::string, std::size_t, std::less<>> times_;  // each way was taken
  std::map<std::string, int> repeats_;                     // of equal requests
};

// Bytes of the longest request there can be, as JSON holds it: tokens are bounded by them.
// longest_prompt: of those that are given, in bytes; what is written obeys max_chars. mistakes:
// shown of a parent.
std::int64_t longest_request(const Material& material,
                             const data::Dataset& train,
                             const WriterOptions& options,
                             std::size_t longest_prompt,
                             std::size_t mistakes);

}  // namespace zopo::write
