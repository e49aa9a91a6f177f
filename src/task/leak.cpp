#include "zopo/task/leak.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "zopo/base/text.h"

namespace zopo::task {
namespace {

std::vector<std::string> steps() { return {"case", "punctuation", "whitespace"}; }
constexpr std::size_t kShortest = 3;  // code points

std::size_t words_in(const std::string& normal) {
  return static_cast<std::size_t>(std::count(normal.begin(), normal.end(), ' ')) + 1;
}

}  // namespace

LeakCheck::LeakCheck(const data::Dataset& dataset, std::string side)
    : side_(std::move(side)), normalize_(steps()) {
  for (const data::Example& example : dataset.examples) {
    std::set<std::string> own;
    for (const std::string& reference : example.references) own.insert(normalize_(reference));
    for (const std::string& answer : own) {
      if (code_points(answer).size() >= kShortest) ++answers_[answer];
    }
  }
  const std::size_t most_shared = std::max<std::size_t>(1, dataset.examples.size() / 20);
  std::erase_if(answers_, [&](const auto& entry) { return entry.second > most_shared; });
  for (const auto& [answer, examples] : answers_)
    most_words_ = std::max(most_words_, words_in(answer));
}

LeakCheck::Found LeakCheck::find(const std::string& prompt) const {
  const std::vector<std::string> words = split(normalize_(prompt), ' ');
  std::set<std::string> met;
  Found found;
  for (std::size_t begin = 0; begin < words.size(); ++begin) {
    std::string part;
    for (std::size_t n = 0; n < most_words_ && begin + n < words.size(); ++n) {
      part += (n == 0 ? "" : " ") + words[begin + n];
      const auto answer = answers_.find(part);
      if (answer == answers_.end() || !met.insert(part).second) continue;
      if (found.examples == 0) found.first = part;
      found.examples += answer->second;
    }
  }
  return found;
}

std::size_t LeakCheck::count(const std::string& prompt) const { return find(prompt).examples; }

std::optional<std::string> LeakCheck::operator()(const std::string& prompt) const {
  const Found found = find(prompt);
  if (found.examples == 0) return std::nullopt;
  return fmt::format(
      "the answers of {} {} example(s) stand in the prompt itself, such as {:?}: its "
      "{} score may not carry over to other examples",
      found.examples, side_, found.first.substr(0, 80), side_);
}

}  // namespace zopo::task
