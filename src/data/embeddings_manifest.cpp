// Writes and checks the note beside a file of embeddings. Called by zopo embed and before a
// search reads one.

#include "zopo/data/embeddings_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapped_file.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

constexpr int kManifestFormat = 1;

[[noreturn]] void refuse_embeddings_manifest(const std::string& name, const std::string& what) {
  bad_data(name, "no manifest of embeddings (" + what +
                     "). Write both files again with zopo embed, or remove this one.");
}

EmbeddingsManifest read_manifest(const json& value) {
  EmbeddingsManifest manifest;
  value.at("provider").get_to(manifest.provider);
  value.at("model").get_to(manifest.model);
  value.at("models_returned").get_to(manifest.models_returned);
  value.at("dim").get_to(manifest.dim);
  value.at("sha256").get_to(manifest.sha256);
  value.at("texts").get_to(manifest.texts);
  manifest.fallback = value.value("fallback", std::string());
  return manifest;
}

// At most so much of text, on one line, from shortly before the byte `at` on.
std::string excerpt(const std::string& text, std::size_t at) {
  constexpr std::size_t kBefore = 20, kLength = 80;
  const std::size_t begin = at < kLength - kBefore ? 0 : at - kBefore;
  std::string part = make_valid_utf8(text.substr(begin, kLength));
  return (begin > 0 ? ".." : "") + fmt::format("{:?}", part) +
         (begin + kLength < text.size() ? ".." : "");
}

std::size_t common_prefix(const std::string& a, const std::string& b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

std::filesystem::path manifest_beside(const std::filesystem::path& npy) {
  return npy.string() + ".json";
}

std::string to_json(const EmbeddingsManifest& manifest) {
  json value = {{"format", kManifestFormat}, {"provider", manifest.provider},
                {"model", manifest.model},   {"models_returned", manifest.models_returned},
                {"dim", manifest.dim},       {"rows", manifest.texts.size()},
                {"sha256", manifest.sha256}, {"texts", manifest.texts}};
  if (!manifest.fallback.empty()) value["fallback"] = manifest.fallback;
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

EmbeddingsManifest parse_embeddings_manifest(std::string_view text, const std::string& name) {
  const json value = parse_json_of_others(text);
  if (!value.is_object()) refuse_embeddings_manifest(name, "not a JSON object");
  try {
    if (value.at("format") != kManifestFormat)
      refuse_embeddings_manifest(name, "its \"format\" is not 1");
    EmbeddingsManifest manifest = read_manifest(value);
    if (value.at("rows") != manifest.texts.size())
      refuse_embeddings_manifest(name, "\"rows\" is not the number of \"texts\"");
    return manifest;
  } catch (const json::exception&) {
    refuse_embeddings_manifest(name, "a member is missing or of another type");
  }
}

std::string first_difference(std::span<const std::string> embedded,
                             std::span<const std::string> candidates) {
  const auto [row, candidate] =
      std::mismatch(embedded.begin(), embedded.end(), candidates.begin(), candidates.end());
  const auto i = row - embedded.begin();
  if (row == embedded.end() && candidate == candidates.end()) return "";
  if (candidate == candidates.end())
    return fmt::format("row {} (counted from 0) embeds {}, but there are only {} candidates", i,
                       excerpt(*row, 0), candidates.size());
  if (row == embedded.end())
    return fmt::format("there is no row {} (counted from 0) for the candidate {}", i,
                       excerpt(*candidate, 0));
  const std::size_t at = common_prefix(*row, *candidate);
  return fmt::format("row {} (counted from 0) embeds {}, but that candidate is {}", i,
                     excerpt(*row, at), excerpt(*candidate, at));
}

void check_against_manifest(const std::filesystem::path& npy,
                            std::span<const std::string> candidates) {
  const std::filesystem::path file = manifest_beside(npy);
  if (!std::filesystem::exists(file)) return;
  const EmbeddingsManifest manifest = parse_embeddings_manifest(read_file(file), file.string());
  const std::string difference = first_difference(manifest.texts, candidates);
  if (!difference.empty())
    bad_data(npy.string(), difference + ". Embed the candidates again with zopo embed.");
  if (sha256_hex(MappedFile(npy).bytes()) != manifest.sha256) {
    bad_data(npy.string(), "was changed since " + file.string() +
                               " was written. Write both again with zopo embed, or remove the "
                               "latter.");
  }
}

}  // namespace zopo::data
