#include "bench/cells.h"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/json.h"
#include "zopo/base/log.h"
#include "zopo/store/atomic_file.h"

namespace zopo::bench {
namespace {

using nlohmann::json;

constexpr int kCellFormat = 1;

struct KindName {
  ErrorKind kind;
  const char* name;
};
constexpr std::array kKindNames = {
    KindName{ErrorKind::internal, "internal"}, KindName{ErrorKind::usage, "usage"},
    KindName{ErrorKind::config, "config"},     KindName{ErrorKind::data, "data"},
    KindName{ErrorKind::api, "api"},           KindName{ErrorKind::auth, "auth"},
    KindName{ErrorKind::refused, "refused"},   KindName{ErrorKind::network, "network"},
    KindName{ErrorKind::budget, "budget"},     KindName{ErrorKind::incomplete, "incomplete"},
    KindName{ErrorKind::offline, "offline"},   KindName{ErrorKind::interrupted, "interrupted"}};

const char* name_of(ErrorKind kind) {
  for (const auto& [known, name] : kKindNames) {
    if (known == kind) return name;
  }
  return "internal";
}

ErrorKind kind_named(const std::string& text) {
  for (const auto& [kind, name] : kKindNames) {
    if (text == name) return kind;
  }
  return ErrorKind::internal;
}

json score_json(const std::optional<LiveFigures::Score>& score) {
  if (!score) return nullptr;
  return {{"score", score->score}, {"ci", {score->ci.low, score->ci.high}}, {"n", score->n}};
}

std::optional<LiveFigures::Score> score_at(const json& text) {
  if (text.is_null()) return std::nullopt;
  return LiveFigures::Score{
      text.at("score"), {text.at("ci").at(0), text.at("ci").at(1)}, text.at("n")};
}

json live_json(const LiveFigures& live, const std::vector<double>& curve) {
  json text = {{"dev", score_json(live.dev)},
               {"test", score_json(live.test)},
               {"baseline_test", score_json(live.baseline_test)},
               {"prompt", live.prompt},
               {"stopped", live.stopped},
               {"calls", live.calls},
               {"prompt_tokens", live.prompt_tokens},
               {"completion_tokens", live.completion_tokens},
               {"usd", nullptr},
               {"curve", curve}};
  if (live.usd) text["usd"] = *live.usd;
  return text;
}

LiveFigures live_of(const json& text) {
  LiveFigures live{.dev = score_at(text.at("dev")),
                   .test = score_at(text.at("test")),
                   .baseline_test = score_at(text.at("baseline_test")),
                   .prompt = text.at("prompt"),
                   .stopped = text.at("stopped"),
                   .calls = text.at("calls"),
                   .prompt_tokens = text.at("prompt_tokens"),
                   .completion_tokens = text.at("completion_tokens"),
                   .usd = {}};
  if (!text.at("usd").is_null()) live.usd = text["usd"].get<double>();
  return live;
}

json run_json(const BenchRun& run) {
  return {{"auc", run.auc},
          {"final", run.final},
          {"candidates_tried", run.candidates_tried},
          {"rounds", run.rounds},
          {"curve", run.curve}};
}

BenchRun run_of(const json& text) {
  return {text.at("auc"), text.at("final"), text.at("candidates_tried"), text.at("rounds"),
          text.at("curve").get<std::vector<double>>()};
}

// Of all that stands beside it.
std::string checksum_of(const json& text) {
  return sha256_hex(text.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, 16);
}

json parsed(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return nullptr;
  return parse_json_of_others(read_file(file));
}

}  // namespace

double CellRecord::score() const {
  if (!live) return run.final;
  return live->test ? live->test->score : live->dev ? live->dev->score : 0;
}

json to_json(const CellRecord& record) {
  json text = {{"format", kCellFormat},
               {"state", record.is_done() ? "done" : "failed"},
               {"attempts", record.attempts}};
  if (record.error)
    text["error"] = {{"kind", name_of(record.error->kind)}, {"message", record.error->message}};
  else
    text["result"] = record.live ? live_json(*record.live, record.run.curve) : run_json(record.run);
  return text;
}

std::optional<CellRecord> record_of(const json& text) {
  try {
    CellRecord record;
    record.attempts = text.at("attempts");
    if (text.at("state") != "done") {
      record.error = Error{kind_named(text.at("error").at("kind")), text["error"].at("message")};
    } else if (const json& result = text.at("result"); result.contains("auc")) {
      record.run = run_of(result);
    } else {
      record.live = live_of(result);
      record.run.curve = result.at("curve").get<std::vector<double>>();
    }
    return record;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

CellFolder::CellFolder(std::filesystem::path directory, const BenchMatrix& matrix)
    : directory_(std::move(directory)), matrix_(matrix) {
  const std::filesystem::path file = directory_ / "bench.json";
  std::error_code failure;
  std::filesystem::create_directories(directory_ / "cells", failure);
  if (failure) bad_data(directory_, "cannot be made: " + failure.message());
  store::sweep_temporaries(directory_);
  const json there = parsed(file);
  if (there.is_object() && there.value("hash", json()) != matrix.hash()) {
    throw Failure(ErrorKind::usage,
                  directory_.string() +
                      ": holds the cells of another bench (its description or an input differs); "
                      "name another --dir.");
  }
  if (there.is_object()) return;
  json text = to_json(matrix);
  text["hash"] = matrix.hash();
  store::write_file_atomically(file,
                               text.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

CellFolder CellFolder::open(const std::filesystem::path& directory) {
  CellFolder folder;
  folder.directory_ = directory;
  const json text = parsed(directory / "bench.json");
  if (text.is_null()) {
    throw Failure(ErrorKind::usage,
                  directory.string() + ": not the directory of a bench: no bench.json in it.");
  }
  try {
    folder.matrix_ = matrix_of(text);
    if (text.at("hash") != folder.matrix_.hash())
      bad_data(directory / "bench.json", "was changed after it was written; run the bench again");
  } catch (const json::exception&) {
    bad_data(directory / "bench.json", "not the matrix of a bench; run the bench again");
  }
  return folder;
}

std::filesystem::path CellFolder::directory_of(const Cell& cell) const {
  const std::size_t dash = cell.id.find('-');
  return directory_ / "cells" / cell.id.substr(dash + 1, 2) / cell.id;
}

std::optional<CellRecord> CellFolder::read(const Cell& cell) const {
  const std::filesystem::path file = directory_of(cell) / "cell.json";
  json text = parsed(file);
  if (text.is_null()) return std::nullopt;
  std::optional<CellRecord> record;
  if (text.is_object() && text.value("id", "") == cell.id) {
    const json checksum = text.value("checksum", json());
    text.erase("checksum");
    if (checksum == checksum_of(text)) record = record_of(text);
  }
  if (!record) log_warn("{}: damaged; the cell counts as not run.", file.string());
  return record;
}

void CellFolder::write(const Cell& cell, const CellRecord& record) const {
  const std::filesystem::path directory = directory_of(cell);
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) bad_data(directory, "cannot be made: " + failure.message());
  store::sweep_temporaries(directory);
  json text = to_json(record);
  text["id"] = cell.id;
  text["cell"] = matrix_.describe(cell);
  text["checksum"] = checksum_of(text);
  store::write_file_quickly(directory / "cell.json",
                            text.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace zopo::bench
