// A test that is not built cannot fail.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace zopo {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(TestsBuilt, EveryTestFileIsInTheListOfItsFolder) {
  const std::filesystem::path tests =
      std::filesystem::path(std::getenv("ZOPO_SOURCE_DIR")) / "tests";
  int checked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tests)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("_test.cpp") && !name.ends_with("_fuzz.cpp")) continue;
    const std::string target =
        name.ends_with("_fuzz.cpp") ? "(" + name.substr(0, name.size() - 9) + ")" : name;
    EXPECT_NE(text_of(entry.path().parent_path() / "CMakeLists.txt").find(target),
              std::string::npos)
        << entry.path();
    ++checked;
  }
  EXPECT_GT(checked, 100);
}

TEST(Readme, IsShort) {
  const std::filesystem::path source = std::getenv("ZOPO_SOURCE_DIR");
  EXPECT_LE(std::filesystem::file_size(source / "README.md"), 14 * 1024u);
  EXPECT_LE(std::filesystem::file_size(source / "docs/report.png"), 200 * 1024u);
}

}  // namespace
}  // namespace zopo
