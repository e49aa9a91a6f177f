// The reply protocol: marks first, one fallback without them.
#include "zopo/write/reply.h"

#include <algorithm>
#include <array>
#include <optional>

#include "zopo/base/text.h"

namespace zopo::write {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

// Empty lines before it and white space after it; the first line keeps its indentation.
std::string_view without_margin(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlank);
  if (last == std::string_view::npos) return {};
  text = text.substr(0, last + 1);
  const std::size_t first = text.find_first_not_of(kBlank);
  const std::size_t line_end = text.substr(0, first).rfind('\n');
  return line_end == std::string_view::npos ? text : text.substr(line_end + 1);
}

// What a model that reasons thinks aloud stands before what it says. Some servers cut off the
// opening tag; then all up to the closing one, unless a prompt has begun before it. What is never
// closed is the whole rest.
std::string_view without_thinking(std::string_view reply, const std::string& opening_mark) {
  constexpr std::string_view kOpen = "<think>", kClose = "</think>";
  const std::size_t close = reply.find(kClose);
  const bool is_opened = trim(reply).starts_with(kOpen);
  if (close == reply.npos) return is_opened ? std::string_view() : reply;
  return is_opened || close < reply.find(opening_mark) ? reply.substr(close + kClose.size())
                                                       : reply;
}

struct Span {
  std::size_t begin = 0, end = 0;  // of what stands between the marks
};

// Pairs of marks that no other pair encloses, in order. An opening mark whose partner is missing is
// passed over; the last such one is `open`.
std::vector<Span> outermost(std::string_view text,
                            const std::string& mark,
                            std::optional<std::size_t>& open) {
  const std::string opening = "<" + mark + ">", closing = "</" + mark + ">";
  std::vector<std::size_t> unmatched;
  std::vector<Span> pairs;
  std::size_t next_open = text.find(opening), next_close = text.find(closing);
  while (next_open != text.npos || next_close != text.npos) {
    if (next_open < next_close) {
      unmatched.push_back(next_open + opening.size());
      next_open = text.find(opening, next_open + opening.size());
      continue;
    }
    if (!unmatched.empty()) {
      const Span pair{unmatched.back(), next_close};
      unmatched.pop_back();
      while (!pairs.empty() && pairs.back().begin > pair.begin) pairs.pop_back();
      pairs.push_back(pair);
    }
    next_close = text.find(closing, next_close + closing.size());
  }
  if (!unmatched.empty()) open = unmatched.back();
  return pairs;
}

// "Sure! Here is the prompt:": how chat models begin before they do what was asked.
bool is_talk(std::string_view line) {
  static constexpr std::array kBeginnings = {"sure",   "certainly", "of course", "here is",
                                             "here's", "okay",      "ok,",       "absolutely"};
  const std::string folded = fold_case(trim(line));
  return folded.size() < 200 && folded.ends_with(':') &&
         std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](const char* beginning) { return folded.starts_with(beginning); });
}

std::string_view without_talk(std::string_view text) {
  const std::size_t line_end = text.find('\n');
  if (line_end == text.npos || !is_talk(text.substr(0, line_end))) return text;
  return without_margin(text.substr(line_end + 1));
}

// How many backticks a line of a fence begins with; 0: it is none.
std::size_t fence_of(std::string_view line) {
  const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
  return ticks >= 3 ? ticks : 0;
}

// One fence around everything: the first and the last line, and none of its length between them.
std::string_view without_fence(std::string_view text) {
  const std::vector<std::string_view> lines = split_lines(text);
  if (lines.size() < 2) return text;
  const std::size_t ticks = fence_of(lines.front());
  const bool is_closed = trim(lines.back()) == std::string(ticks, '`');
  if (ticks == 0 || !is_closed) return text;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i)
    if (fence_of(lines[i]) >= ticks) return text;
  const std::size_t begin = text.find('\n') + 1, end = text.rfind('\n');
  return end < begin ? std::string_view() : text.substr(begin, end - begin);
}

std::string_view without_marks(std::string_view text, const std::string& mark) {
  const std::string closing = "</" + mark + ">";
  text = without_margin(text);
  if (text.ends_with(closing)) text.remove_suffix(closing.size());
  // "< prompt>": an opening mark that was not hit.
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  std::string first(text.substr(0, line_end));
  std::erase(first, ' ');
  if (first == "<" + mark + ">") text = text.substr(std::min(line_end + 1, text.size()));
  return without_margin(without_fence(without_talk(without_margin(text))));
}

}  // namespace

std::vector<std::string> prompts_in(std::string_view reply, const ReplyForm& form) {
  const std::string_view text = without_thinking(reply, "<" + form.mark + ">");
  std::optional<std::size_t> open;
  std::vector<Span> pairs = outermost(text, form.mark, open);
  std::vector<std::string> prompts;
  const std::size_t first = pairs.size() - std::min(pairs.size(), form.most);
  for (std::size_t i = first; i < pairs.size(); ++i)
    prompts.emplace_back(
        without_margin(text.substr(pairs[i].begin, pairs[i].end - pairs[i].begin)));
  if (!prompts.empty() || form.truncated) return prompts;
  const std::string_view whole =
      open ? without_margin(text.substr(*open)) : without_marks(text, form.mark);
  if (!whole.empty()) prompts.emplace_back(whole);
  return prompts;
}

}  // namespace zopo::write
