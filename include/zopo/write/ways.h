#pragma once
// The ways to a new prompt: one table, a row each. A row says what the way needs and what it
// demands of the model that writes. To add one: a row in ways.cpp.
//
//   const Way& way = way_named("repair");
//   if (is_possible(way, {.user_prompt = true, .scored = 4, .failures = true})) ..

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::write {

// Whose child is what it writes?
enum class Parents {
  none,     // of the data alone
  user,     // of the user's prompt
  one,      // of a prompt, scored or not
  two,      // of two scored prompts
  several,  // of the best scored ones
};

struct Way {
  std::string_view name;
  Parents parents = Parents::none;
  bool demonstrations = false;  // shows examples of train
  bool failures = false;        // shows what its parent got wrong
  // Taken in turn; one sentence or more, for the model.
  std::span<const char* const> demands;
};

// Seeds are written by nobody: they cost no call.
inline constexpr const char* kSeedWay = "seed";

// Prompts that "several" shows at most.
inline constexpr std::size_t kMostParents = 5;

std::span<const Way> ways();
std::vector<std::string> way_names();
// Throws Failure{config} with the nearest known one.
const Way& way_named(std::string_view name);

// What there is to write from.
struct AtHand {
  bool user_prompt = false;
  std::size_t prompts = 0;  // of any kind
  std::size_t scored = 0;   // of them
  bool failures = false;    // can be had: there are examples of train, and calls for them
};
bool is_possible(const Way& way, const AtHand& at_hand);

}  // namespace zopo::write
