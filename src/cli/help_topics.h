#pragma once
// The texts of `zopo help TOPIC`, compiled in from src/cli/help.

#include <span>
#include <string_view>

namespace zopo::cli {

struct HelpTopic {
  std::string_view name;  // "exit-codes"
  std::string_view text;  // its first line says what it is about
};
std::span<const HelpTopic> help_topics();

}  // namespace zopo::cli
