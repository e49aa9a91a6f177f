#pragma once
// The stores of one client as one: looked at in turn, written together.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "zopo/llm/endpoint.h"

namespace zopo::llm {

struct Record {
  Sha256 key;
  std::string payload;
  bool of_run_only = false;  // not for others, who share a cache
};

// Thread-safe.
class Archive {
 public:
  explicit Archive(Stores stores) : stores_(std::move(stores)) {}

  struct Found {
    std::string payload;
    bool in_run = true;  // else it is still to be kept
  };
  // Throws Failure{data}.
  std::optional<Found> find(const Sha256& key);

  // Runs reads, which may throw; the find()s in it are cheaper for it.
  void read_together(const std::function<void()>& reads);
  // Runs keeps; what is kept in it comes to the disk together.
  void keep_together(const std::function<void()>& keeps);

  // Whether the run's store remembers what leaves, and a cache ends claims with its answers.
  bool has_ledger() const;
  bool ends_claims() const;
  // As ResponseStore has them, of the run's store.
  void begin(const store::Sending& sending, std::function<void(std::string, std::int64_t)> done);
  void end(std::int64_t id, const std::optional<store::Sending>& was);

  // Puts the record into the run's store and every writable cache, unless it is for the run only,
  // each with its part of the receipt. done(error message, "" on success) is called once, when all
  // have it durable: from a store's thread, or from this one if there is no store.
  void keep(const Record& record,
            const store::Receipt& receipt,
            std::function<void(std::string)> done);

 private:
  std::vector<store::ResponseStore*> all_stores() const;

  const Stores stores_;
};

}  // namespace zopo::llm
