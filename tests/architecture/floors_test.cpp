// A module includes only modules on lower floors; within a floor, modules do not know each other.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace zopo {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, int> kFloors = {
    {"base", 0},   {"data", 1},     {"store", 1}, {"score", 2}, {"features", 2}, {"kernel", 2},
    {"http", 2},   {"gp", 3},       {"llm", 3},   {"optim", 4}, {"task", 4},     {"write", 4},
    {"report", 5}, {"settings", 5}, {"run", 6},   {"bench", 7}, {"app", 8},      {"cli", 9}};

fs::path source_dir() { return std::getenv("ZOPO_SOURCE_DIR"); }

std::vector<fs::path> files_of(const std::string& module) {
  std::vector<fs::path> files;
  for (const fs::path& root :
       {source_dir() / "src" / module, source_dir() / "include/zopo" / module}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
      const std::string extension = entry.path().extension();
      if (extension == ".h" || extension == ".cpp") files.push_back(entry.path());
    }
  }
  return files;
}

// The modules that a text includes, in order.
std::vector<std::string> modules_included(std::istream& text) {
  static const std::regex include(R"re(^#include "(?:zopo/)?([a-z]+)/)re");
  std::vector<std::string> modules;
  std::smatch match;
  for (std::string line; std::getline(text, line);) {
    if (std::regex_search(line, match, include)) modules.push_back(match[1]);
  }
  return modules;
}

bool may_include(const std::string& from, const std::string& to) {
  return from == to || kFloors.at(to) < kFloors.at(from);
}

TEST(Floors, NoModuleIncludesItsOwnFloorOrAHigherOne) {
  int checked = 0;
  for (const auto& [module, floor] : kFloors) {
    for (const fs::path& file : files_of(module)) {
      std::ifstream text(file);
      for (const std::string& included : modules_included(text)) {
        ASSERT_TRUE(kFloors.contains(included))
            << file << " includes the unknown module " << included;
        EXPECT_TRUE(may_include(module, included))
            << file << " on floor " << floor << " includes " << included;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 50);
}

TEST(Floors, EveryFolderIsAModule) {
  for (const fs::directory_entry& entry : fs::directory_iterator(source_dir() / "src")) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(kFloors.contains(entry.path().filename())) << entry.path();
  }
}

TEST(Floors, TheRuleTellsRightFromWrong) {
  EXPECT_TRUE(may_include("optim", "gp"));
  EXPECT_TRUE(may_include("app", "optim"));
  EXPECT_FALSE(may_include("optim", "task"));
  EXPECT_FALSE(may_include("http", "llm"));
}

TEST(Floors, HeavyHeadersStayInSources) {
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(source_dir() / "include")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream text(entry.path());
    const std::string content((std::istreambuf_iterator<char>(text)), {});
    for (const char* heavy : {"CLI/", "spdlog/", "SQLiteCpp/", "valijson/", "curl/"}) {
      EXPECT_EQ(content.find(std::string("#include <") + heavy), std::string::npos)
          << entry.path() << " " << heavy;
    }
  }
}

}  // namespace
}  // namespace zopo
