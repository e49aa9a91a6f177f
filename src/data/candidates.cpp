// Reads files of candidate prompts, each kind by its extension. Called by run for "candidates".

#include "zopo/data/candidates.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "candidates_text.h"
#include "json_syntax.h"
#include "matching_files.h"
#include "records.h"
#include "yaml.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"
#include "zopo/data/prompt_file.h"

namespace zopo::data {
namespace {

struct CandidateText {
  std::string where, prompt;
};

// What to do with a prompt of several lines.
constexpr const char* kSeveralLines =
    "In a .txt every line is a prompt of its own. Put a prompt of several lines into a file of its "
    "own and name them all, \"file\": \"prompts/*.md\", or write .jsonl with a {\"prompt\": "
    "\"..\"} a "
    "line.";

void check_one_line(const std::string& where, std::string_view line) {
  if (!is_valid_utf8(line))
    bad_data(where, "this line is not valid UTF-8. Save the file as UTF-8.");
  if (trim(line).empty())
    bad_data(where, std::string("an empty candidate. ") + kSeveralLines + " Else remove the line.");
  if (const char* part = part_of_a_prompt(line))
    bad_data(where, fmt::format("this line looks like a part of one prompt ({}). {}", part,
                                kSeveralLines));
}

std::vector<CandidateText> txt_lines(std::string_view text, const std::string& name) {
  std::vector<std::string_view> lines = split_lines(without_bom(text));
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  std::vector<CandidateText> prompts;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = name + ":" + std::to_string(i + 1);
    check_one_line(where, lines[i]);
    prompts.push_back({where, std::string(lines[i])});
  }
  return prompts;
}

bool is_one_prompt(const std::string& extension) {
  return extension == ".md" || extension == ".markdown" || extension == ".prompt";
}

constexpr std::string_view kPromptFile = "file://";

std::string prompt_of(const Record& record) {
  const RecordValue& value = record.value;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("prompt") && value["prompt"].is_string()) {
    return value["prompt"].get<std::string>();
  }
  if (const RecordValue* raw = member_of(value, "raw"); raw != nullptr && raw->is_string())
    return raw->get<std::string>();  // promptfoo's
  bad_data(record.where, "expected a text, or a field or column \"prompt\" that holds one.");
}

std::vector<CandidateText> of_records(const std::vector<Record>& records) {
  std::vector<CandidateText> prompts;
  prompts.reserve(records.size());
  for (const Record& record : records) prompts.push_back({record.where, prompt_of(record)});
  return prompts;
}

// promptfoo's "file://prompts/*.txt": a text a file, several between lines of three dashes in a
// txt.
std::vector<Record> prompts_in_files(const std::string& reference,
                                     const std::string& place,
                                     const std::string& name) {
  const auto path =
      std::filesystem::path(name).parent_path() / reference.substr(kPromptFile.size());
  const std::vector<std::filesystem::path> files =
      is_glob(path) ? matching_files(path) : std::vector<std::filesystem::path>{path};
  if (files.empty()) bad_data(place, "no file matches \"" + reference + "\".");
  std::vector<Record> records;
  for (const std::filesystem::path& file : files) {
    const std::string extension = lower_extension(file);
    if (extension != ".txt" && !is_one_prompt(extension)) {
      bad_data(place, "\"" + file.string() +
                          "\" is no text. Write each prompt into a .txt or .md file, or name the "
                          "file in candidates.file.");
    }
    std::string rest = load_prompt(file);
    constexpr std::string_view kBetween = "\n---\n";
    for (std::size_t at = rest.find(kBetween); extension == ".txt" && at != std::string::npos;
         at = rest.find(kBetween)) {
      records.push_back({file.string(), rest.substr(0, at)});
      rest.erase(0, at + kBetween.size());
    }
    records.push_back({file.string(), rest});
  }
  return records;
}

// A list, or the list "prompts".
std::vector<Record> yaml_prompts(std::string_view text, const std::string& name) {
  RecordValue all = parse_yaml(text, name).value;
  std::string place = name + ": /";
  if (all.is_object() && all.contains("prompts")) {
    all = RecordValue(all["prompts"]);
    place += "prompts/";
  }
  if (!all.is_array()) bad_data(name, "expected a list of prompts, or a list \"prompts\".");
  std::vector<Record> records;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string at = place + std::to_string(i);
    const bool is_file = all[i].is_string() && all[i].get<std::string>().starts_with(kPromptFile);
    if (!is_file) {
      records.push_back({at, std::move(all[i])});
      continue;
    }
    for (Record& one : prompts_in_files(all[i].get<std::string>(), at, name))
      records.push_back(std::move(one));
  }
  return records;
}

std::vector<CandidateText> texts_in(std::string_view text,
                                    const std::string& name,
                                    const std::string& extension) {
  if (extension == ".txt") return txt_lines(text, name);
  if (is_one_prompt(extension)) return {{name, parse_prompt(text, name)}};
  if (extension == ".jsonl" || extension == ".ndjson") return of_records(jsonl_records(text, name));
  if (extension == ".json") return of_records(json_records(text, name));
  if (extension == ".csv") return of_records(csv_records(text, name));
  if (extension == ".yaml" || extension == ".yml") return of_records(yaml_prompts(text, name));
  bad_data(name,
           "unknown kind of candidates file. Use .jsonl, .json, .csv or .yaml (records that are "
           "whole prompts), .md (one prompt a file), or .txt (a prompt a line).");
}

// Ids by key, in the order of their first members; the groups that keep(ids).
template <class Key, class Keep>
CandidateGroups groups(const std::vector<std::string>& prompts, const Key& key, const Keep& keep) {
  std::map<std::string, std::vector<std::size_t>> by_key;
  for (std::size_t i = 0; i < prompts.size(); ++i) by_key[key(prompts[i])].push_back(i);
  std::map<std::size_t, std::vector<std::size_t>> kept;
  for (auto& [text, ids] : by_key) {
    if (!text.empty() && keep(ids)) kept[ids.front()] = std::move(ids);
  }
  CandidateGroups ordered;
  ordered.reserve(kept.size());
  for (auto& [first, ids] : kept) ordered.push_back(std::move(ids));
  return ordered;
}

Candidates candidates_of(std::vector<CandidateText> texts, const std::string& name) {
  Candidates candidates;
  for (CandidateText& text : texts) {
    if (trim(text.prompt).empty())
      bad_data(text.where, "an empty candidate. Remove it or write its prompt.");
    candidates.prompts.push_back(std::move(text.prompt));
    candidates.where.push_back(std::move(text.where));
  }
  if (candidates.prompts.empty()) bad_data(name, "no candidates. Add at least one prompt.");
  return candidates;
}

std::vector<CandidateText> texts_in(const std::filesystem::path& file) {
  return texts_in(read_file(file), file.string(), lower_extension(file));
}

// Of a file beside others: a txt is one prompt, too.
std::vector<CandidateText> texts_in_one_of_many(const std::filesystem::path& file) {
  if (lower_extension(file) == ".txt") return {{file.string(), load_prompt(file)}};
  return texts_in(file);
}

std::vector<std::filesystem::path> candidate_files(const std::filesystem::path& name) {
  if (!is_glob(name)) return {name};
  std::vector<std::filesystem::path> files = matching_files(name);
  if (files.empty())
    bad_data(name, "no file matches. Write the prompts there, one a file, or name another place.");
  return files;
}

}  // namespace

const char* part_of_a_prompt(std::string_view line) {
  static const RE2 heading("#{1,6} .*"), item("([-*+\u2022]|[0-9]{1,3}[.)]) .*"),
      fence("(```|~~~).*");
  const std::string_view text = trim(line);
  if (RE2::FullMatch(piece(text), heading)) return "a heading";
  if (RE2::FullMatch(piece(text), item)) return "an item of a list";
  return RE2::FullMatch(piece(text), fence) ? "a fence" : nullptr;
}

Candidates parse_candidates(std::string_view text,
                            const std::string& name,
                            const std::string& extension) {
  return candidates_of(texts_in(text, name, extension), name);
}

Candidates load_candidates(const std::filesystem::path& file) {
  return candidates_of(texts_in(file), file.string());
}

Candidates load_candidates(const std::vector<std::filesystem::path>& files) {
  if (files.size() == 1 && !is_glob(files.front())) return load_candidates(files.front());
  std::vector<CandidateText> texts;
  for (const std::filesystem::path& name : files) {
    for (const std::filesystem::path& file : candidate_files(name)) {
      for (CandidateText& text : texts_in_one_of_many(file)) texts.push_back(std::move(text));
    }
  }
  return candidates_of(std::move(texts), files.empty() ? "candidates" : files.front().string());
}

CandidateGroups equal_candidates(const std::vector<std::string>& prompts) {
  return groups(
      prompts, [](const std::string& prompt) { return prompt; },
      [](const auto& ids) { return ids.size() > 1; });
}

CandidateGroups alike_candidates(const std::vector<std::string>& prompts,
                                 const std::function<std::string(std::string_view)>& key) {
  return groups(prompts, key, [&](const auto& ids) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](std::size_t id) { return prompts[id] != prompts[ids.front()]; });
  });
}

}  // namespace zopo::data
