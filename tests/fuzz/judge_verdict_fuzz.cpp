// Any bytes as a judge's reply and as what is judged: a score in [0, 1] or none, and one JSON
// object.

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "zopo/task/judge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const zopo::task::Rubric rubric{"R", 1, 5, true, 100};
  const zopo::data::Example example{"input", {"reference"}, {}};
  const zopo::task::JudgeQuestion known{{}, "0"};
  for (const auto& score :
       {zopo::task::parse_grade(text, known, rubric), zopo::task::parse_choice(text, known)}) {
    if (score.ok() && !(*score >= 0 && *score <= 1)) std::abort();
  }
  const auto question = zopo::task::choice_question(rubric, example, text, text);
  const auto object = nlohmann::json::parse(question.messages[1].content);
  if (object.at("key") != question.key || object.at("answer_1") != object.at("answer_2"))
    std::abort();
  // What is judged holds no verdict on itself.
  if (zopo::task::parse_choice(text, question).ok()) std::abort();
  return 0;
}
