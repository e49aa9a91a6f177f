#pragma once
// What a model that writes is told: one message of four parts in a fixed order.
//
//   the task as the examples show it
//   the prompt in use, and the fixed text around it
//   evidence: what the way needs: scored prompts, parents, failures, examples
//   the demand: what to do, and the form of the reply
//
// Prompts and the fixed text stand between tags, all other material in JSON strings: nothing in it
// can end its place or be taken for a mark of the reply. Where a text holds one of our tags, all of
// them are numbered ("<prompt-2>"). Tags around each part and each example make a model of 1.5
// billion parameters go on with the document instead of answering it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/llm/chat.h"
#include "zopo/write/facts.h"
#include "zopo/write/ways.h"

namespace zopo::write {

// A reply that missed, as the metric saw it.
struct Mistake {
  std::string input, expected, got;
  std::string feedback;  // of a metric or judge; may be empty
};

struct Parent {
  std::int64_t id = 0;
  std::string prompt;
  std::optional<double> score;         // posterior mean, in [0, 1]
  std::vector<Mistake> mistakes = {};  // where the way wants them
};

// Of a whole task; borrowed.
struct Material {
  TaskFacts facts;
  std::optional<std::string> user_prompt;
  // The messages that a prompt is sent in, with {{instruction}} where it goes: they stay.
  std::vector<llm::Message> surroundings = {};
  std::vector<std::string> keep = {};  // lines and variables that a prompt must not lose
  std::size_t max_chars = 4000;
};

struct Brief {
  const Way* way = nullptr;
  std::size_t variation = 0;  // which of the way's demands, counted on
  std::vector<const data::Example*> demonstrations = {};
  std::vector<Parent> parents = {};  // worst first
  std::size_t per_reply = 1;
};

struct Request {
  std::vector<llm::Message> messages;
  std::string mark;  // that the reply uses
};
Request request_of(const Material& material, const Brief& brief);

// Bytes of a reply or a feedback that a brief shows at most.
inline constexpr std::size_t kMostShown = 600;

// Our own sentences in the messages, without what stands in the tags: a prompt that repeats one is
// an echo.
std::vector<std::string> own_words();

}  // namespace zopo::write
