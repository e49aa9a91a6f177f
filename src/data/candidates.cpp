#include "zopo/data/candidates.h"

#include <algorithm>
#include <map>
#include <utility>

#include "candidates_text.h"
#include "json_syntax.h"
#include "records.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/text.h"
#include "zopo/data/normalize.h"

namespace zopo::data {
namespace {

struct Line {
  std::string where, prompt;
};

std::vector<Line> txt_lines(std::string_view text, const std::string& name) {
  std::vector<std::string_view> lines = split_lines(without_bom(text));
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  std::vector<Line> prompts;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = name + ":" + std::to_string(i + 1);
    if (!is_valid_utf8(lines[i]))
      bad_data(where, "this line is not valid UTF-8. Save the file as UTF-8.");
    prompts.push_back({where, std::string(lines[i])});
  }
  return prompts;
}

std::string prompt_of(const Record& record) {
  const RecordValue& value = record.value;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("prompt") && value["prompt"].is_string()) {
    return value["prompt"].get<std::string>();
  }
  bad_data(record.where, "expected a text, or a field or column \"prompt\" that holds one.");
}

std::vector<Line> record_lines(const std::vector<Record>& records) {
  std::vector<Line> prompts;
  prompts.reserve(records.size());
  for (const Record& record : records) prompts.push_back({record.where, prompt_of(record)});
  return prompts;
}

std::vector<Line> lines_of(std::string_view text,
                           const std::string& name,
                           const std::string& extension) {
  if (extension == ".txt") return txt_lines(text, name);
  if (extension == ".jsonl" || extension == ".ndjson")
    return record_lines(jsonl_records(text, name));
  if (extension == ".csv") return record_lines(csv_records(text, name));
  bad_data(name, "unknown kind of candidates file. Use .txt (one a line), .jsonl or .csv.");
}

// Ids by key, in the order of their first members; the groups that keep(ids).
template <class Key, class Keep>
std::vector<std::vector<std::size_t>> groups(const std::vector<std::string>& prompts,
                                             Key key,
                                             Keep keep) {
  std::map<std::string, std::vector<std::size_t>> by_key;
  for (std::size_t i = 0; i < prompts.size(); ++i) by_key[key(prompts[i])].push_back(i);
  std::map<std::size_t, std::vector<std::size_t>> kept;
  for (auto& [text, ids] : by_key) {
    if (!text.empty() && keep(ids)) kept[ids.front()] = std::move(ids);
  }
  std::vector<std::vector<std::size_t>> ordered;
  ordered.reserve(kept.size());
  for (auto& [first, ids] : kept) ordered.push_back(std::move(ids));
  return ordered;
}

}  // namespace

Candidates parse_candidates(std::string_view text,
                            const std::string& name,
                            const std::string& extension) {
  Candidates candidates;
  for (Line& line : lines_of(text, name, extension)) {
    if (trim(line.prompt).empty())
      bad_data(line.where, "an empty candidate. Remove it or write its prompt.");
    candidates.prompts.push_back(std::move(line.prompt));
  }
  const std::vector<std::string>& prompts = candidates.prompts;
  if (prompts.empty()) bad_data(name, "no candidates. Add at least one prompt.");

  candidates.exact_duplicates = groups(
      prompts, [](const std::string& prompt) { return prompt; },
      [](const auto& ids) { return ids.size() > 1; });
  const Normalizer normalize(std::vector<std::string>{"case", "punctuation", "whitespace"});
  candidates.normalized_duplicates = groups(prompts, normalize, [&](const auto& ids) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](std::size_t id) { return prompts[id] != prompts[ids.front()]; });
  });
  return candidates;
}

Candidates load_candidates(const std::filesystem::path& file) {
  return parse_candidates(read_file(file), file.string(), lower_extension(file));
}

}  // namespace zopo::data
