// Base64 through OpenSSL. Called for embeddings, on the wire and in the store.

#include "llm/base64.h"

#include <openssl/evp.h>

namespace zopo::llm {
namespace {

constexpr std::size_t kLongest = std::size_t{1} << 30;  // EVP counts in int

}  // namespace

std::string base64_encoded(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // and the 0 that EVP adds
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0 || text.size() > kLongest) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  // EVP forgives white space around the text and counts padding as bytes; neither will do here.
  if (text.substr(0, text.size() - padding).find_first_not_of(kAlphabet) !=
      std::string_view::npos) {
    return std::nullopt;
  }
  std::string bytes(3 * (text.size() / 4), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace zopo::llm
