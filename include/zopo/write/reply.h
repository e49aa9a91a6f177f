#pragma once
// The reply of a model that writes -> the prompts in it, byte for byte.
//
//   prompts_in("They failed since ..\n<prompt>\nAnswer with a or b.\n</prompt>", {})
//   // {"Answer with a or b."}

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::write {

struct ReplyForm {
  std::string mark = "prompt";  // between <mark> and </mark>
  std::size_t most = 1;         // prompts in a reply
  bool truncated = false;       // the reply was cut at its end
};

// What stands between the marks, without the empty lines around it; nothing inside is touched.
// Marks inside of marks belong to the prompt; a mark without its partner is text. Where there are
// more prompts than asked for, the last ones count: thought comes before them.
//
// Without marks: the whole reply less thinking (<think> .. </think>), one leading line of talk
// ("Sure! Here it is:") and one code fence around everything; never split. An opening mark that is
// not closed counts up to the end. A truncated reply has only what its marks close. Any bytes are
// accepted; time is linear.
std::vector<std::string> prompts_in(std::string_view reply, const ReplyForm& form);

}  // namespace zopo::write
