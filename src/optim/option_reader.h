#pragma once
// Reads a method's options strictly: every key must be known, of its kind and in its range.
//
//   OptionReader read("zopo-paper", options);
//   const double step = read.number("step", 1.0, 0.0, 1e6);
//   read.finish();                                     // refuses what nobody asked for

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace zopo::optim {

class OptionReader {
 public:
  // options: an object or null (all defaults). Throws Failure{config} for anything else.
  OptionReader(std::string method, const nlohmann::json& options);

  // The option or, where absent, fallback. Throw Failure{config} with the key, the value and the
  // range allowed.
  double number(const std::string& key, double fallback, double least, double most);
  std::int64_t integer(const std::string& key,
                       std::int64_t fallback,
                       std::int64_t least,
                       std::int64_t most);
  bool flag(const std::string& key, bool fallback);
  std::string choice(const std::string& key,
                     const std::string& fallback,
                     const std::vector<std::string>& allowed);
  // The raw value, or null where absent.
  nlohmann::json raw(const std::string& key);
  // Throws Failure{config} for keys never read above, with the nearest known one.
  void finish() const;

 private:
  const nlohmann::json* find(const std::string& key);
  [[noreturn]] void refuse(const std::string& key,
                           const nlohmann::json& value,
                           const std::string& wanted) const;

  std::string method_;
  nlohmann::json options_;
  std::vector<std::string> known_;
};

}  // namespace zopo::optim
