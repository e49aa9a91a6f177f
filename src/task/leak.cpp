// Looks for expected outputs in prompts. Called by run before a search and for its winner.

#include "zopo/task/leak.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "zopo/base/text.h"

namespace zopo::task {
namespace {

std::vector<std::string> steps() { return {"case", "punctuation", "whitespace"}; }
constexpr std::size_t kShortest = 3;  // code points

std::size_t words_in(const std::string& normal) {
  return static_cast<std::size_t>(std::count(normal.begin(), normal.end(), ' ')) + 1;
}

constexpr std::size_t kFirstWords = 3;

// The beginning of normal from `at` on, so many words long; shorter where it ends before.
std::string_view first_words(std::string_view normal, std::size_t at, std::size_t words) {
  std::size_t end = at;
  for (std::size_t n = 0; n < words && end < normal.size(); ++n)
    end = std::min(normal.find(' ', end + 1), normal.size());
  return normal.substr(at, end - at);
}

bool begins_with_words(std::string_view normal, std::string_view words) {
  return normal.starts_with(words) &&
         (normal.size() == words.size() || normal[words.size()] == ' ');
}

bool has_words(std::string_view normal, std::string_view words) {
  for (std::size_t at = normal.find(words); at != normal.npos; at = normal.find(words, at + 1)) {
    if ((at == 0 || normal[at - 1] == ' ') && begins_with_words(normal.substr(at), words))
      return true;
  }
  return false;
}

// Does one of the answers stand before or after the part of normal from begin to end?
bool has_any_outside(std::string_view normal,
                     std::size_t begin,
                     std::size_t end,
                     const std::vector<std::string>& answers) {
  return std::any_of(answers.begin(), answers.end(), [&](const std::string& answer) {
    return has_words(normal.substr(0, begin), answer) || has_words(normal.substr(end), answer);
  });
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

PairCheck::PairCheck(const data::Dataset& dataset) : normalize_(steps()) {
  for (const data::Example& example : dataset.examples) {
    Pair pair{normalize_(example.input), {}};
    for (const std::string& reference : example.references) {
      std::string answer = normalize_(reference);
      if (!answer.empty()) pair.answers.push_back(std::move(answer));
    }
    if (code_points(pair.input).size() < kShortest || pair.answers.empty()) continue;
    by_beginning_[std::string(first_words(pair.input, 0, kFirstWords))].push_back(pairs_.size());
    pairs_.push_back(std::move(pair));
  }
}

bool PairCheck::stands_at(std::string_view normal, std::size_t at) const {
  for (std::size_t words = 1; words <= kFirstWords; ++words) {
    const auto begun = by_beginning_.find(std::string(first_words(normal, at, words)));
    if (begun == by_beginning_.end()) continue;
    for (const std::size_t i : begun->second) {
      const auto& [input, answers] = pairs_[i];
      if (begins_with_words(normal.substr(at), input) &&
          has_any_outside(normal, at, at + input.size(), answers))
        return true;
    }
  }
  return false;
}

bool PairCheck::operator()(const std::string& prompt) const {
  const std::string normal = normalize_(prompt);
  for (std::size_t at = 0; at < normal.size();) {
    if (stands_at(normal, at)) return true;
    const std::size_t blank = normal.find(' ', at);
    if (blank == normal.npos) break;
    at = blank + 1;
  }
  return false;
}

}  // namespace zopo::task
