#pragma once
// Texts of others on a person's screen.

#include <string>
#include <string_view>

namespace zopo {

// The text without what would steer a terminal or turn the order of what is read: control
// characters of ASCII and C1 but for line ends and tabs, and the bidirectional controls of Unicode,
// become U+FFFD, as does invalid UTF-8.
std::string harmless(std::string_view text);

// Whether harmless() replaces it.
bool steers_terminal(char32_t code_point);

}  // namespace zopo
