#pragma once
// A template and an instruction and an example -> chat messages.
//
//   PromptTemplate prompt(messages, {"input"});
//   std::vector<llm::Message> request = prompt.fill("Write the plural.", example);

#include <set>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/llm/chat.h"
#include "zopo/task/candidate.h"

namespace zopo::task {

class PromptTemplate {
 public:
  // messages: contents with {{name}} placeholders. fields: the names that every example has beside
  // "input". with_exemplars: candidates bring demonstrations along. Throws Failure{config} for an
  // unknown placeholder, for no {{instruction}}, for no data placeholder at all, and where
  // {{exemplars}} and with_exemplars do not go together.
  // fills_candidates: {{name}} in a candidate is filled in, too; the template needs no data of its
  // own then.
  PromptTemplate(std::vector<llm::Message> messages,
                 const std::set<std::string>& fields,
                 bool with_exemplars = false,
                 bool fills_candidates = false);

  // Inserted text is not expanded again: an instruction that says "{{input}}" stays as it is,
  // unless candidates are filled. Where
  // a candidate has no exemplars, the line ends after {{exemplars}} go with it.
  std::vector<llm::Message> fill(const Candidate& candidate, const data::Example& example) const;

 private:
  std::string instruction_text(const Candidate& candidate, const data::Example& example) const;

  std::vector<llm::Message> messages_;
  std::set<std::string> fields_;
  bool fills_candidates_ = false;
};

// The names of the placeholders in messages, and in one text.
std::set<std::string> placeholders_of(const std::vector<llm::Message>& messages);
std::set<std::string> placeholders_in(const std::string& text);

// The field names that all the given examples share.
std::set<std::string> common_fields(const std::vector<data::Example>& examples);

}  // namespace zopo::task
