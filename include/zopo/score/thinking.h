#pragma once
// The thinking that models write before their answer, between the marks of their chat templates:
//
//   <think>..</think>, <thinking>, <thought>, <reasoning>, <reflection>, <seed:think> (Seed-OSS),
//   [THINK]..[/THINK] (Mistral), ◁think▷ (Kimi-VL), <|START_THINKING|> (Command A),
//   <|channel|>analysis<|message|>..<|channel|>final<|message|> (gpt-oss)

#include <string>
#include <string_view>

namespace zopo::score {

// The reply without it. Where the opening mark is missing (the chat template wrote it), all before
// the closing one goes; where the closing mark is missing, all after the opening one. Any bytes are
// accepted; time is linear in the reply.
std::string without_thinking(std::string_view reply);

bool begins_with_thinking(std::string_view reply);

}  // namespace zopo::score
