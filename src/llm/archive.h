#pragma once
// The stores of one client as one: looked at in turn, written together.

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "zopo/llm/endpoint.h"

namespace zopo::llm {

struct Record {
  Sha256 key;
  std::string payload;
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

  // Puts the record into the run's store and every writable cache. done(error message, "" on
  // success) is called once, when all have it durable: from a store's thread, or from this one if
  // there is no store.
  void keep(const Record& record, std::function<void(std::string)> done);

 private:
  void read_together(std::span<store::ResponseStore* const> stores,
                     const std::function<void()>& reads);

  const Stores stores_;
};

}  // namespace zopo::llm
