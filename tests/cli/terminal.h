#pragma once
// The built binary in a terminal, which tmux plays: a pane of a private server, seen as text.
//
//   Terminal terminal(80, "optimize --task task.json", directory);
//   terminal.wait_for("search 30/");

#include <filesystem>
#include <regex>
#include <string>

#include "tests/support/temp_dir.h"

namespace zopo::test {

bool tmux_is_there();

class Terminal {
 public:
  // Runs `zopo arguments` through a shell, which writes "exit=CODE" when it ends. before:
  // variables, such as "NO_COLOR=1".
  Terminal(int columns,
           const std::string& arguments,
           const std::filesystem::path& directory,
           const std::string& before = "");
  // Ends the server and what runs in it.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // The screen once it matches; as it is, with a failed expectation, when it does not in 60 s.
  std::string wait_for(const std::string& pattern) const;
  // The rows without the empty ones at the end. raw: with the escapes for colours.
  std::string screen(bool raw = false) const;
  void resize(int columns) const;
  void press(const std::string& key) const;  // "C-c"

 private:
  std::string tmux(const std::string& arguments) const;

  TempDir dir_;
};

}  // namespace zopo::test
