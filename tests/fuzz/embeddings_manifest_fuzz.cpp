// A manifest of embeddings of any bytes: a manifest that is read back the same, or a Failure; and
// the first row that differs from it.

#include <cstdint>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/embeddings_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zopo;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const data::EmbeddingsManifest manifest = data::parse_embeddings_manifest(text, "e.npy.json");
    const std::string again = data::to_json(manifest);
    if (data::to_json(data::parse_embeddings_manifest(again, "again")) != again) __builtin_trap();
    if (!data::first_difference(manifest.texts, manifest.texts).empty()) __builtin_trap();
    std::vector<std::string> others = manifest.texts;
    others.emplace_back("one more");
    if (!is_valid_utf8(data::first_difference(manifest.texts, others))) __builtin_trap();
    others.front() += "!";
    if (!is_valid_utf8(data::first_difference(manifest.texts, others))) __builtin_trap();
  } catch (const Failure& failure) {
    if (failure.kind() != ErrorKind::data) __builtin_trap();
  }
  return 0;
}
