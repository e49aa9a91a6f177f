// SHA-256 through OpenSSL. Called for the keys of stored answers, for fingerprints in manifests and
// to seed streams of random numbers.

#include "zopo/base/hash.h"

#include <openssl/evp.h>

#include <new>

namespace zopo {

Sha256 sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);  // looked up once
  Sha256 digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    throw std::bad_alloc();  // the only way a digest of memory can fail
  }
  return digest;
}

std::string to_hex(const Sha256& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

}  // namespace zopo
