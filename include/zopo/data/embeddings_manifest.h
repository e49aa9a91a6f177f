#pragma once
// What `zopo embed` writes beside E.npy, as E.npy.json: who embedded which texts. By it, vectors of
// other texts are noticed, and a file that was changed since.
//
//   {"format": 1, "provider": "openai", "model": "e", "models_returned": ["e-2"], "dim": 384,
//    "rows": 2, "sha256": "<of E.npy>", "texts": ["Say yes.", "Say no."]}

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::data {

struct EmbeddingsManifest {
  std::string provider, model;               // as asked; the built-in features have no model
  std::vector<std::string> models_returned;  // as the endpoint named them
  std::int64_t dim = 0;
  std::vector<std::string> texts;  // one a row
  std::string sha256;              // of the .npy, in hex
  std::string fallback;            // why the features stand for another provider; "" if not
};

std::filesystem::path manifest_beside(const std::filesystem::path& npy);

std::string to_json(const EmbeddingsManifest& manifest);
// Throws Failure{data}, naming the file, for anything that is no such manifest.
EmbeddingsManifest parse_embeddings_manifest(std::string_view text, const std::string& name);

// The first row whose text is another one (or missing, or too many), as a sentence with both texts;
// "" when there is none.
std::string first_difference(std::span<const std::string> embedded,
                             std::span<const std::string> candidates);

// Throws Failure{data} where the manifest beside npy says that its rows are of other texts, or that
// the file was changed since. Does nothing where there is no manifest.
void check_against_manifest(const std::filesystem::path& npy,
                            std::span<const std::string> candidates);

}  // namespace zopo::data
