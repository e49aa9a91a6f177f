#include "cli/versions.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <csv.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <utf8proc.h>

#include <CLI/Version.hpp>
#include <Eigen/Core>
#include <nlohmann/json.hpp>

namespace zopo::cli {

std::string version_text() {
  std::string text = "zopo " ZOPO_VERSION "\n";
  const auto add = [&](const char* name, const std::string& version) {
    text += fmt::format("  {:<14} {}\n", name, version);
  };
  const auto three = [](int major, int minor, int patch) {
    return fmt::format("{}.{}.{}", major, minor, patch);
  };
  add("Eigen", three(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION));
  add("libcurl", curl_version());
  add("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
  add("SQLite", sqlite3_libversion());
  add("SQLiteCpp", three(SQLITECPP_VERSION_NUMBER / 1000000, SQLITECPP_VERSION_NUMBER / 1000 % 1000,
                         SQLITECPP_VERSION_NUMBER % 1000));
  add("nlohmann/json",
      three(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH));
  add("CLI11", CLI11_VERSION);
  add("spdlog", three(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH));
  add("fmt", three(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  add("RE2", ZOPO_RE2_VERSION);
  add("utf8proc", utf8proc_version());
  add("yaml-cpp", ZOPO_YAML_VERSION);
  add("libcsv", three(CSV_MAJOR, CSV_MINOR, CSV_RELEASE));
  add("Chart.js", ZOPO_CHART_VERSION);
  text.pop_back();
  return text;
}

}  // namespace zopo::cli
