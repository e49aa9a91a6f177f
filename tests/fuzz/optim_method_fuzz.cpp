// The method interface: any outcomes in any order, none at all, all errors. A round stays within
// the budget and the domain, and what is recommended has a score.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "zopo/base/error.h"
#include "zopo/optim/method.h"

namespace {

using namespace zopo::optim;  // NOLINT: a target of its own

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t next() { return at_ < size_ ? data_[at_++] : 0; }
  bool is_over() const { return at_ >= size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

constexpr std::int64_t kCandidates = 8, kExamples = 6;

void check_recommendation(const Method& method, const std::set<CandidateId>& scored) {
  try {
    if (scored.count(method.recommend().id) == 0) std::abort();
  } catch (const zopo::Failure&) {
    if (!scored.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const std::vector<std::string> names = known_methods();
  const std::string& name = names[bytes.next() % names.size()];
  zopo::RowMatrix z(kCandidates, 2);
  for (std::int64_t i = 0; i < z.size(); ++i) z.data()[i] = bytes.next() - 128.0;
  const Problem problem{.embeddings = zopo::data::Embeddings::from_matrix(z),
                        .dev_examples = kExamples,
                        .examples_per_evaluation = 1 + bytes.next() % kExamples,
                        .calls = bytes.next() % 64,
                        .initial = bytes.next() % 10,
                        .seed = bytes.next()};
  const auto method = make_method(name, problem, nullptr);
  std::set<CandidateId> scored;
  std::vector<std::int64_t> walked(kCandidates, 0);
  std::int64_t asked = 0;
  for (int rounds = 0; rounds < 200; ++rounds) {
    check_recommendation(*method, scored);
    const Round round = method->ask();
    if (round.stop) return 0;
    std::vector<Outcome> outcomes;
    for (const Query& query : round.queries) {
      if (query.id < 0 || query.id >= kCandidates || query.examples <= 0) std::abort();
      Outcome outcome{query.id, {}, {}};
      std::int64_t& next = walked[static_cast<std::size_t>(query.id)];
      for (std::int64_t i = 0; i < query.examples; ++i, ++next) {
        ++asked;
        const std::uint8_t said = bytes.next();
        if (said % 3 == 0) continue;  // no answer; after the last byte there is none any more
        outcome.examples.push_back(next);
        outcome.scores.push_back(said % 5 == 0 ? said / 255.0 : said % 2);
        scored.insert(query.id);
      }
      if (next > kExamples) std::abort();
      outcomes.push_back(std::move(outcome));
    }
    if (asked > problem.calls) std::abort();
    method->tell(outcomes);
  }
  std::abort();  // does not end
}
