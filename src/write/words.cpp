#include "write/words.h"

#include "zopo/base/text.h"
#include "zopo/score/normalize.h"

namespace zopo::write {

std::vector<std::string> words_of(std::string_view text) {
  static const score::Normalizer normalize(
      std::vector<std::string>{"case", "punctuation", "whitespace"});
  const std::string normal = normalize(text);
  return normal.empty() ? std::vector<std::string>() : split(normal, ' ');
}

std::string run_of(std::span<const std::string> words) { return join(words, " "); }

}  // namespace zopo::write
