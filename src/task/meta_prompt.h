#pragma once
// The requests that make a model write instructions.

#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/llm/chat.h"
#include "zopo/task/generate.h"
#include "zopo/task/grow.h"

namespace zopo::task {

struct MetaPrompt {
  Way way = Way::induce;
  std::vector<const data::Example*> demonstrations;
  std::string source;          // the instruction to be reworded or changed; for those ways only
  std::vector<Scored> around;  // for Way::neighbor, worst first
  std::size_t variation = 0;   // which of the way's several demands
};

bool needs_source(Way way);
// The forward template of APE ("Large Language Models Are Human-Level Prompt Engineers", Zhou et
// al., arXiv 2211.01910, Sec. 3.1), in words for models that chat.
std::vector<llm::Message> fill(const MetaPrompt& prompt);

}  // namespace zopo::task
