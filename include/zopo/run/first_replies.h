#pragma once
// The first replies of a run, when all of them are wrong in a way that no prompt can mend: all
// empty, all beginning with a model's thinking, or scored 0 by a metric or an extraction that does
// not fit the replies. Going on would pay for a row of zeros.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"
#include "zopo/task/evaluator.h"

namespace zopo::run {

class FirstReplies {
 public:
  // go_on: the command that goes on with the run, "zopo optimize --resume RUN". responses: its
  // store. Borrows the rest.
  FirstReplies(const settings::Settings& settings,
               const Inputs& inputs,
               const data::Dataset& dataset,
               std::string go_on,
               std::string responses);

  // The next answers. Error{incomplete}, once enough are known and none scores: shows three replies
  // beside what was expected, and the extraction or metric that would have scored them.
  std::optional<Error> look(std::span<const task::Answer> answers);
  // No more are to come: what there are is judged.
  std::optional<Error> conclude() const;

 private:
  std::optional<Error> judge(std::size_t enough_for_mismatch, std::size_t enough_for_none) const;
  std::optional<Error> silence() const;
  std::optional<Error> thinking() const;
  std::optional<Error> mismatch() const;
  std::optional<Error> nothing_fits() const;
  // What would score them, as the setting to write; "" where nothing does. Counts the hits.
  std::string remedy(std::size_t& hits) const;
  std::string shown() const;
  Error stop(const std::string& what, const std::string& helps) const;

  const settings::Settings& settings_;
  const Inputs& inputs_;
  const data::Dataset& dataset_;
  const std::string go_on_, responses_;
  bool settled_ = false;            // something scored, or the settings say to go on
  std::vector<task::Answer> seen_;  // all of them score 0
  std::size_t failed_ = 0;          // requests that came to no reply
};

}  // namespace zopo::run
