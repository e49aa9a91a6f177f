// Takes out of a text what would steer a terminal. Called by the log and by cli.

#include "zopo/base/terminal.h"

#include "zopo/base/text.h"

namespace zopo {

bool steers_terminal(char32_t c) {
  if (c == U'\n' || c == U'\t') return false;
  const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
  // UAX 9: marks, embeddings and overrides, isolates; and the two separators that break a line.
  const bool turns = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
                     (c >= 0x2066 && c <= 0x2069);
  return control || turns;
}

std::string harmless(std::string_view text) {
  std::string plain;
  for (const char32_t point : code_points(text))
    append_utf8(plain, steers_terminal(point) ? U'\ufffd' : point);
  return plain;
}

}  // namespace zopo
