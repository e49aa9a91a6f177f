#include "zopo/task/clean_instruction.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "zopo/base/text.h"
#include "zopo/data/extract.h"

namespace zopo::task {
namespace {

using re2::RE2;

constexpr std::size_t kLongestReply = 16 * kLongestInstruction;

std::string without_thinking(std::string_view reply) {
  static const data::Extractor strip(std::vector<std::string>{"strip_think"});
  return strip(reply);
}

// Control characters become blanks, runs of white space one.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = byte <= 0x20 || byte == 0x7f;
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return std::string(trim(line));
}

bool is_refusal(const std::string& text) {
  static const RE2 pattern(
      R"((?i)^\W*(?:i['’]?m (?:so |very )?sorry|sorry,|i apologi[sz]e|i (?:can ?not|can['’]t|am unable|am not able|won['’]t|don['’]t have)\b|as an? (?:ai|artificial|large language|language model)|unfortunately,? i\b|(?:there is|i need|please provide) (?:not enough|more|the) (?:information|context|examples|input)))");
  return RE2::PartialMatch(text, pattern);
}

bool is_echo(const std::string& text) {
  static const RE2 pattern(R"((?i)\binputs?\s*:.*\boutputs?\s*:)");
  return RE2::PartialMatch(text, pattern);
}

// What is left when all that may be taken off has been, and still speaks about the instruction.
bool is_about(const std::string& text) {
  static const RE2 pattern(
      R"((?i)^(?:(?:the|this|that|these|those|your|my|a|an) (?:(?:simple |brief )?explanation of the )?(?:given |original |following |above |first |second )*(?:instruction|prompt)s?\b|(?:the|a|one|this) user (?:asked|specified|requested|wanted|was|is required)\b|here(?:['’]s| is| are)\b|you(?:['’]re| are) (?:right|correct)\b|i (?:was|am) (?:given|asked|told)\b|i(?:['’]ve| have) been (?:given|asked|tasked|told)\b|i(?:['’]m| am) (?:here to|going to give you a task|happy to|ready to)\b|i(?:['’]ll| will| can) (?:provide|give you|show you) an? (?:example|explanation|response)\b|in (?:this|the) (?:context|instructions?|example|case)\b|in a [^,.]{0,40}, i['’ ]|this (?:is|was) (?:an? )?(?:[a-z]+ )?(?:example|command|question|recipe|puzzle|error)\b|somebody was given\b|one instruction and\b|let['’]s look at\b))");
  return RE2::PartialMatch(text, pattern);
}

bool is_nonsense(const std::string& text) {
  constexpr char32_t kReplacement = 0xFFFD;
  const std::vector<char32_t> points = code_points(text);
  const auto letters = std::count_if(points.begin(), points.end(), [](char32_t point) {
    return point >= 0x80 ? point != kReplacement : std::isalpha(static_cast<int>(point)) != 0;
  });
  if (letters < 3 || 2 * letters < static_cast<std::ptrdiff_t>(points.size())) return true;
  const std::vector<std::string> words = split(text, ' ');
  const std::set<std::string> distinct(words.begin(), words.end());
  return words.size() >= 12 && 4 * distinct.size() <= words.size();
}

// Takes every beginning that speaks about the instruction instead of being it.
void strip_meta(std::string& text) {
  static const std::string label =
      R"((?:the |my |your |this |an? )?(?:new |better |possible |likely |original |rewritten |reworded |revised |improved |paraphrased |alternative )*)";
  static const RE2 patterns[] = {
      // "Sure! .."
      RE2(R"((?i)^(?:sure|certainly|of course|okay|ok|great|absolutely)\b[!,.:]*\s+)"),
      // "Here is one possible instruction: .."
      RE2(R"((?i)^(?:here(?:['’]s| is| are)|this is)\b[^:.!?]{0,80}:\s*)"),
      // "**Instruction:** .."
      RE2("(?i)^[*_#\\s]*" + label +
          R"((?:instruction|prompt|paraphrase|rewording|answer|command|rule)s?\s*(?:\d+\s*)?[*_]*\s*:[*_\s]*)"),
      // "Based on these pairs, the instruction was likely to .."
      RE2(R"((?i)^(?:(?:based on|given|judging by|looking at|from) [^,:.!?]{0,120},\s*)?)" + label +
          R"((?:instruction|task|prompt)\b[^,:.!?"]{0,30}?\s(?:was|is|could be|may be|might be|would be)(?: (?:likely|probably|simply|most likely))?(?:,? (?:simply )?to\b\s*:?|\s*:|\s+that\b|\s*,)\s*)"),
      // "The instruction is "say yes"": what is quoted is it, whatever follows.
      RE2(R"((?i)^)" + label +
          R"((?:instruction|task|prompt|rule)s?\b[^,:.!?"“]{0,30}?\s(?:was|is|were|are|reads?|says?)\s*(["“]))"),
      // "The first and only rule of a style guide is: .."
      RE2(R"((?i)^(?:the|my|your)\b[^:.!?"]{0,60}\brule\b[^:.!?"]{0,40}\bis(?:\s+to\b|\s*:)\s*)"),
  };
  for (const RE2& pattern : patterns) {
    while (RE2::Replace(&text, pattern, pattern.NumberOfCapturingGroups() > 0 ? R"(\1)" : "")) {
    }
  }
}

// Of a quotation of at least three words at the beginning, what it quotes. Else a mark that has no
// partner goes.
void take_quoted(std::string& text) {
  static const RE2 quoted(R"(^["“]([^"“”]+\s[^"“”]+\s[^"“”]*[^"“”\s])["”](?:\s.*)?$)");
  std::string inside;
  if (RE2::FullMatch(text, quoted, &inside)) text = inside;
  const bool is_odd = std::count(text.begin(), text.end(), '"') == 1;
  if (is_odd && (text.front() == '"' || text.back() == '"')) text.erase(text.find('"'), 1);
}

void strip_marks(std::string& text) {
  static const RE2 marks(R"(^\s*(?:(?:[-*•–]|#{1,6}|\(?\d{1,3}[.):]|\(?[a-zA-Z]\))\s+)+)");
  RE2::Replace(&text, marks, "");
}

// Quotes, fences and emphasis that stand around the whole of it.
void strip_wrapping(std::string& text) {
  static const std::map<std::string, std::string> pairs = {
      {"\"", "\""}, {"'", "'"},   {"“", "”"}, {"‘", "’"},   {"«", "»"}, {"```", "```"},
      {"`", "`"},   {"**", "**"}, {"*", "*"}, {"__", "__"}, {"„", "“"}};
  for (bool again = true; again;) {
    again = false;
    for (const auto& [open, close] : pairs) {
      if (text.size() < open.size() + close.size() || !text.starts_with(open)) continue;
      const std::string inner = text.substr(open.size(), text.size() - open.size() - close.size());
      // "say "yes" now" is wrapped as a whole, "yes" or "no" is not.
      const std::size_t nested = inner.find(open);
      const bool opens = nested != inner.npos && nested > 0 && inner[nested - 1] == ' ' &&
                         open == "\"" && std::count(inner.begin(), inner.end(), '"') % 2 == 0;
      if (!text.ends_with(close) || (nested != inner.npos && !opens)) continue;
      text = std::string(trim(inner));
      again = true;
    }
  }
}

void capitalize(std::string& text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
}

std::string cleaned(std::string_view part) {
  std::string text = one_line(part);
  for (std::string before; before != text;) {
    before = text;
    strip_marks(text);
    strip_meta(text);
    strip_wrapping(text);
    text = std::string(trim(text));
  }
  take_quoted(text);
  capitalize(text);
  return text;
}

bool is_numbered(std::string_view line) {
  static const RE2 pattern(R"(^\s*(?:\d{1,3}[.):]|[-*•])\s+\S)");
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern);
}

bool is_fence(std::string_view line) { return trim(line).starts_with("```"); }

// The parts of a reply that may be an instruction each.
std::vector<std::string> parts_of(const std::vector<std::string_view>& lines, bool was_cut) {
  std::vector<std::string> listed, paragraphs = {""};
  for (const std::string_view line : lines) {
    if (is_numbered(line)) listed.emplace_back(line);
    if (is_fence(line)) continue;
    if (trim(line).empty()) {
      if (!paragraphs.back().empty()) paragraphs.emplace_back();
    } else {
      paragraphs.back() += std::string(line) + " ";
    }
  }
  if (listed.size() > 1) return listed;
  // A paragraph that is all meta-text ("Here is the instruction:"), or ends in a colon, gives way
  // to the next.
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    const std::string instruction = cleaned(paragraphs[i]);
    const bool leads_on = instruction.ends_with(':') && (i + 1 < paragraphs.size() || was_cut);
    if (!instruction.empty() && !leads_on) return {paragraphs[i]};
  }
  return {};
}

std::optional<Unusable> fault_of(const std::string& text) {
  if (text.empty()) return Unusable::empty;
  if (text.size() > kLongestInstruction) return Unusable::too_long;
  if (is_refusal(text)) return Unusable::refusal;
  if (is_echo(text)) return Unusable::echo;
  if (is_about(text)) return Unusable::about;
  if (is_nonsense(text)) return Unusable::nonsense;
  return std::nullopt;
}

}  // namespace

const char* to_string(Unusable why) {
  switch (why) {
    case Unusable::empty:
      return "empty";
    case Unusable::refusal:
      return "refusal";
    case Unusable::echo:
      return "echo";
    case Unusable::about:
      return "about";
    case Unusable::too_long:
      return "too_long";
    case Unusable::nonsense:
      return "nonsense";
    case Unusable::truncated:
      break;
  }
  return "truncated";
}

CleanedReply clean_instruction(std::string_view reply, bool was_truncated) {
  if (reply.size() > kLongestReply) return {{}, Unusable::too_long};
  const std::string text = without_thinking(make_valid_utf8(reply));
  std::vector<std::string_view> lines = split_lines(text);
  if (was_truncated && !lines.empty()) lines.pop_back();
  CleanedReply result;
  for (const std::string& part : parts_of(lines, was_truncated)) {
    std::string instruction = cleaned(part);
    // Of a refusal the meta-text is not taken first: it would hide it.
    std::optional<Unusable> fault =
        is_refusal(one_line(part)) ? Unusable::refusal : fault_of(instruction);
    if (fault) {
      if (!result.why) result.why = fault;
    } else {
      result.instructions.push_back(std::move(instruction));
    }
  }
  if (!result.instructions.empty()) {
    result.why.reset();
  } else if (!result.why) {
    result.why = was_truncated && !trim(text).empty() ? Unusable::truncated : Unusable::empty;
  }
  return result;
}

}  // namespace zopo::task
