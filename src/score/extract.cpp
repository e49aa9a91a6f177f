// Makes the named steps functions and applies them. Called by task for every reply.

#include "zopo/score/extract.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "loose_json.h"
#include "zopo/base/error.h"
#include "zopo/base/number.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"
#include "zopo/score/thinking.h"

namespace zopo::score {
namespace {

using Step = std::function<std::string(std::string_view)>;
using nlohmann::json;

std::string first_line(std::string_view reply) {
  const std::string_view text = trim(reply);
  return std::string(trim(text.substr(0, text.find('\n'))));
}

std::string last_line(std::string_view reply) {
  const std::string_view text = trim(reply);
  return std::string(trim(text.substr(text.rfind('\n') + 1)));
}

std::string after(std::string_view reply, std::string_view marker) {
  const std::size_t found = reply.rfind(marker);
  if (found == std::string_view::npos) return "";
  return std::string(trim(reply.substr(found + marker.size())));
}

std::string plain(const std::optional<Number>& number) { return number ? number->plain : ""; }

std::string gsm8k(std::string_view reply) {
  const std::size_t mark = reply.find("####");
  if (mark != std::string_view::npos) {
    const std::string_view rest = reply.substr(mark);
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (const auto number = next_number(line)) return number->plain;
  }
  return plain(last_number(reply));
}

std::string boxed(std::string_view reply) {
  constexpr std::string_view kOpen = "\\boxed{";
  const std::size_t found = reply.rfind(kOpen);
  if (found == std::string_view::npos) return "";
  const std::string_view content = reply.substr(found + kOpen.size());
  int depth = 1;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\\') {
      ++i;  // "\{" is a character of the answer
    } else if (content[i] == '{') {
      ++depth;
    } else if (content[i] == '}' && --depth == 0) {
      return std::string(trim(content.substr(0, i)));
    }
  }
  return "";
}

Step regex_step(std::string_view pattern) {
  return [compiled = compile_pattern(pattern)](std::string_view reply) -> std::string {
    re2::StringPiece found[2];
    const int groups = std::min(1, compiled->NumberOfCapturingGroups()) + 1;
    if (!compiled->Match(piece(reply), 0, reply.size(), re2::RE2::UNANCHORED, found, groups)) {
      return "";
    }
    return found[groups - 1].as_string();
  };
}

Step json_step(std::string_view text) {
  json::json_pointer pointer;
  try {
    pointer = json::json_pointer(std::string(text));
  } catch (const json::exception&) {
    throw Failure(ErrorKind::config, "The extraction step \"json:" + std::string(text) +
                                         "\" holds no JSON pointer. Write it like json:/answer.");
  }
  return [pointer](std::string_view reply) -> std::string {
    const std::optional<json> value = json_in(reply);
    if (!value || !value->contains(pointer)) return "";
    const json& found = value->at(pointer);
    return found.is_string() ? found.get<std::string>() : found.dump();
  };
}

// Steps without an argument, and with one after a colon.
const std::pair<const char*, Step> kPlainSteps[] = {
    {"strip_think", without_thinking},
    {"first_line", first_line},
    {"last_line", last_line},
    {"last_number", [](std::string_view reply) { return plain(last_number(reply)); }},
    {"gsm8k", gsm8k},
    {"boxed", boxed},
};

const std::pair<const char*, std::function<Step(std::string_view)>> kStepsWithArgument[] = {
    {"after",
     [](std::string_view marker) {
       return [text = std::string(marker)](std::string_view reply) { return after(reply, text); };
     }},
    {"regex", regex_step},
    {"json", json_step},
};

[[noreturn]] void unknown_step(const std::string& step, const std::string& name) {
  std::vector<std::string> names = Extractor::known_steps();
  const std::string list = join(names, ", ");
  for (std::string& known : names) known = split(known, ':')[0];
  const std::string advice = did_you_mean(name, names);
  throw Failure(ErrorKind::config, "Unknown extraction step \"" + step + "\". The steps are " +
                                       list + (advice.empty() ? "." : advice));
}

Step make_step(const std::string& step) {
  const std::size_t colon = step.find(':');
  const std::string name = step.substr(0, colon);
  for (const auto& [known, run] : kPlainSteps) {
    if (step == known) return run;
  }
  for (const auto& [known, make] : kStepsWithArgument) {
    if (name != known || colon == std::string::npos) continue;
    const std::string argument = step.substr(colon + 1);
    if (argument.empty() && name != "json") unknown_step(step, name);  // json: is the whole value
    return make(argument);
  }
  unknown_step(step, name);
}

}  // namespace

Extractor::Extractor(std::span<const std::string> steps) {
  for (const std::string& step : steps) steps_.push_back(make_step(step));
}

std::string Extractor::operator()(std::string_view reply) const {
  std::string answer(reply);
  for (const Step& step : steps_) answer = step(answer);
  return answer;
}

std::vector<std::string> Extractor::known_steps() {
  return {"strip_think", "first_line", "last_line",     "after:MARKER", "last_number",
          "gsm8k",       "boxed",      "regex:PATTERN", "json:POINTER"};
}

}  // namespace zopo::score
