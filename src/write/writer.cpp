#include "zopo/write/writer.h"

#include <algorithm>
#include <set>

#include "zopo/base/json_size.h"
#include "zopo/base/random.h"
#include "zopo/base/text.h"
#include "zopo/write/reply.h"

namespace zopo::write {
namespace {

// Would every other request fail the same way?
bool meets_all(ErrorKind kind) {
  return kind != ErrorKind::api && kind != ErrorKind::data && kind != ErrorKind::incomplete;
}

void add_usage(const llm::Usage& more, llm::Usage& usage) {
  usage.prompt_tokens += more.prompt_tokens;
  usage.completion_tokens += more.completion_tokens;
  usage.cached_tokens += more.cached_tokens;
  usage.reasoning_tokens += more.reasoning_tokens;
}

const data::Example* longest_of(const data::Dataset& train) {
  const auto size = [](const data::Example& example) {
    return size_in_json(example.input) + size_in_json(example.references.front());
  };
  const auto longest = std::max_element(
      train.examples.begin(), train.examples.end(),
      [&](const data::Example& a, const data::Example& b) { return size(a) < size(b); });
  return longest == train.examples.end() ? nullptr : &*longest;
}

// Each label once at least, where the labels are not too many.
std::size_t demonstrations_shown(const WriterOptions& options,
                                 const TaskFacts& facts,
                                 const data::Dataset& train) {
  constexpr std::size_t kManyLabels = 10;
  const std::size_t wanted =
      options.demonstrations == 0
          ? 0
          : std::max(options.demonstrations, std::min(facts.labels.size(), kManyLabels));
  return std::min(wanted, train.examples.size());
}

}  // namespace

WrittenBatch& WrittenBatch::operator+=(const WrittenBatch& more) {
  written.insert(written.end(), more.written.begin(), more.written.end());
  dropped.insert(dropped.end(), more.dropped.begin(), more.dropped.end());
  replies += more.replies;
  calls += more.calls;
  calls_paid += more.calls_paid;
  add_usage(more.usage, usage);
  if (!error) error = more.error;
  return *this;
}

std::map<std::string, std::int64_t> reasons(const std::vector<Dropped>& dropped) {
  std::map<std::string, std::int64_t> counts;
  for (const Dropped& one : dropped) ++counts[one.reason];
  return counts;
}

Writer::Writer(Material material,
               const data::Dataset& train,
               const AcceptanceOptions& acceptance,
               const WriterOptions& options)
    : material_(std::move(material)), train_(train), acceptance_(acceptance), options_(options) {}

std::vector<Written> Writer::seeds() {
  std::vector<std::string> prompts;
  const std::string form = said_form(material_.facts);
  if (material_.user_prompt) {
    const std::string& own = *material_.user_prompt;
    prompts.push_back(own);
    const auto& labels = material_.facts.labels;
    const bool says_it =
        labels.empty() ? own.find(form) != own.npos : labels_named(labels, own) == labels.size();
    const char* const between = own.find('\n') == own.npos ? " " : "\n\n";
    if (!form.empty() && !says_it) prompts.push_back(own + between + form);
  }
  if (!form.empty()) prompts.push_back(form);
  std::vector<Written> seeds;
  for (std::string& prompt : prompts) {
    know(prompt);
    seeds.push_back({std::move(prompt), kSeedWay, {}});
  }
  return seeds;
}

Brief Writer::brief_of(const Order& order) {
  Brief brief{
      order.way, times_[std::string(order.way->name)]++, {}, order.parents, options_.per_reply};
  if (!order.way->demonstrations) return brief;
  Rng rng(options_.seed, "write/" + std::to_string(asked_));
  brief.demonstrations = demonstrations(rng);
  return brief;
}

// Drawn anew each time; of labels as many as can be.
std::vector<const data::Example*> Writer::demonstrations(Rng& rng) const {
  const auto n = static_cast<std::int64_t>(train_.examples.size());
  const std::size_t most = demonstrations_shown(options_, material_.facts, train_);
  std::vector<const data::Example*> first, others;
  std::set<std::string_view> met;
  for (const std::int64_t at : rng.sample(n, n)) {
    const data::Example& example = train_.examples[static_cast<std::size_t>(at)];
    const bool is_new =
        !material_.facts.labels.empty() && met.insert(example.references.front()).second;
    (is_new ? first : others).push_back(&example);
  }
  first.insert(first.end(), others.begin(), others.end());
  first.resize(std::min(first.size(), most));
  return first;
}

WrittenBatch Writer::write(llm::Chat& chat, std::span<const Order> orders) {
  std::vector<llm::ChatRequest> requests;
  std::vector<std::string> marks;
  for (const Order& order : orders) {
    Request request = request_of(material_, brief_of(order));
    ++asked_;
    // Equal requests are samples of one.
    const int repeat = repeats_[request.messages.back().content]++;
    requests.push_back({std::move(request.messages), repeat, "write"});
    marks.push_back(std::move(request.mark));
  }
  WrittenBatch batch;
  const std::vector<llm::ChatReply> replies = chat.complete(requests);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const std::size_t written = batch.written.size(), dropped = batch.dropped.size();
    take(replies[i], orders[i], marks[i], batch);
    for (std::size_t at = written; at < batch.written.size(); ++at) batch.written[at].order = i;
    for (std::size_t at = dropped; at < batch.dropped.size(); ++at) batch.dropped[at].order = i;
  }
  return batch;
}

void Writer::take(const llm::ChatReply& reply,
                  const Order& order,
                  const std::string& mark,
                  WrittenBatch& batch) {
  const std::string way(order.way->name);
  if (reply.state == llm::ReplyState::error) {
    if (!meets_all(reply.error.kind)) {
      batch.dropped.push_back({reply.error.message, way, "error", ""});
    } else if (!batch.error) {
      batch.error = reply.error;
    }
    return;
  }
  ++batch.replies;
  batch.calls += reply.calls;
  if (reply.paid) batch.calls_paid += reply.calls;
  add_usage(reply.usage, batch.usage);
  const bool is_cut = reply.state == llm::ReplyState::truncated;
  const std::vector<std::string> prompts =
      prompts_in(reply.text, {mark, options_.per_reply, is_cut});
  if (prompts.empty()) batch.dropped.push_back({reply.text, way, is_cut ? "cut" : "empty", ""});
  for (const std::string& prompt : prompts) {
    if (auto no = acceptance_.refuse(prompt)) {
      batch.dropped.push_back({prompt, way, std::move(no->reason), std::move(no->detail)});
      continue;
    }
    batch.written.push_back({prompt, way, {}});
    for (const Parent& parent : order.parents) batch.written.back().parents.push_back(parent.id);
  }
}

std::int64_t longest_request(const Material& material,
                             const data::Dataset& train,
                             const WriterOptions& options,
                             std::size_t longest_prompt,
                             std::size_t mistakes) {
  const data::Example* longest = longest_of(train);
  const std::size_t prompt = std::max(longest_prompt, material.max_chars);
  std::int64_t bytes = 0;
  for (const Way& way : ways()) {
    Brief brief{&way, 0, {}, {}, options.per_reply};
    if (way.demonstrations && longest != nullptr)
      brief.demonstrations.assign(demonstrations_shown(options, material.facts, train), longest);
    const std::size_t parents = way.parents == Parents::none      ? 0
                                : way.parents == Parents::two     ? 2
                                : way.parents == Parents::several ? kMostParents
                                                                  : 1;
    // Lines that change are shown once more, and twice between two prompts.
    const std::size_t shown = way.parents == Parents::several ? 3 * prompt : prompt;
    for (std::size_t i = 0; i < parents; ++i) {
      brief.parents.push_back({0, std::string(shown, '"'), 1.0, {}});
      if (!way.failures || longest == nullptr) continue;
      const std::string most(kMostShown, '"');
      brief.parents.back().mistakes.assign(
          mistakes, {longest->input, longest->references.front(), most, most});
    }
    std::size_t own = 0;
    for (const llm::Message& message : request_of(material, brief).messages)
      own += size_in_json(message.content) + 32;
    // Variations of a demand, and tags with a number.
    constexpr std::size_t kMore = 800;
    bytes = std::max(bytes, static_cast<std::int64_t>(own + kMore));
  }
  return bytes;
}

}  // namespace zopo::write
