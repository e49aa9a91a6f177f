#include "zopo/run/written_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "zopo/base/text.h"

namespace zopo::run {

namespace {

std::string json_line(const nlohmann::json& line) {
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string dropped_text(const write::WrittenBatch& batch) {
  std::vector<std::string> parts;
  for (const auto& [why, count] : write::reasons(batch.dropped))
    parts.push_back(fmt::format("{} {}", count, why));
  return join(parts, ", ");
}

std::optional<Error> writing_error(const write::WrittenBatch& batch, bool has_others) {
  constexpr std::size_t kQuoted = 120;
  if (batch.error) return batch.error->with_context("candidates.write");
  if (!batch.written.empty() || has_others || batch.dropped.empty()) return std::nullopt;
  const std::string first = make_valid_utf8(beginning(batch.dropped.front().text, kQuoted));
  return Error{ErrorKind::api,
               fmt::format("the model wrote no usable prompt in {} replies ({}); the first of "
                           "them: {:?}. `zopo generate --rejected` shows all. Name a model that "
                           "follows instructions in \"candidates\".\"write\".\"llm\", or a "
                           "\"candidates\".\"file\"",
                           batch.replies, dropped_text(batch), first)};
}

std::string candidates_jsonl(const std::vector<task::Candidate>& candidates) {
  std::string lines;
  for (const task::Candidate& one : candidates) {
    nlohmann::json line = {{"prompt", one.instruction}};
    if (!one.way.empty()) line["way"] = one.way;
    if (!one.parents.empty()) line["parents"] = one.parents;
    if (!one.exemplars.empty()) {
      line["exemplars"] = one.exemplars;
      line["text"] = one.text();
    }
    lines += json_line(line);
  }
  return lines;
}

std::string rejected_jsonl(const std::vector<write::Dropped>& dropped) {
  std::string lines;
  for (const write::Dropped& one : dropped) {
    lines += json_line(
        {{"reason", one.reason}, {"detail", one.detail}, {"way", one.way}, {"text", one.text}});
  }
  return lines;
}

std::vector<task::Candidate> as_candidates(const std::vector<write::Written>& written) {
  std::vector<task::Candidate> candidates;
  for (const write::Written& one : written) {
    task::Candidate candidate(one.prompt);
    candidate.way = one.way;
    candidate.parents = one.parents;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace zopo::run
