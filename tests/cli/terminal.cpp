#include "tests/cli/terminal.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/support/wait_until.h"

namespace zopo::test {
namespace {

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), n);
  pclose(pipe);
  return text;
}

}  // namespace

bool tmux_is_there() { return std::system("command -v tmux >/dev/null 2>&1") == 0; }

Terminal::Terminal(int columns,
                   const std::string& arguments,
                   const std::filesystem::path& directory,
                   const std::string& before) {
  dir_.write("tmux.conf", "set -g remain-on-exit on\nset -g status off\n");
  dir_.write("run.sh", "trap : INT\ncd '" + directory.string() +
                           "'\nenv -u CI -u NO_COLOR no_proxy=127.0.0.1 " + before +
                           " " ZOPO_BINARY " " + arguments + "\necho exit=$?\n");
  tmux("-f '" + (dir_ / "tmux.conf").string() + "' new-session -d -x " + std::to_string(columns) +
       " -y 24 'sh " + (dir_ / "run.sh").string() + "'");
}

Terminal::~Terminal() { tmux("kill-server"); }

std::string Terminal::tmux(const std::string& arguments) const {
  return output_of("LC_ALL=C.UTF-8 TERM=xterm tmux -S '" + (dir_ / "socket").string() + "' " +
                   arguments + " 2>&1");
}

std::string Terminal::screen(bool raw) const {
  std::string text = tmux(raw ? "capture-pane -p -e" : "capture-pane -p");
  return text.erase(text.find_last_not_of('\n') + 1);
}

std::string Terminal::wait_for(const std::string& pattern) const {
  const std::regex wanted(pattern);
  std::string seen;
  const auto shows = [&] { return std::regex_search(seen = screen(), wanted); };
  // Each look starts a program.
  if (!wait_until(shows, std::chrono::milliseconds(20)))
    ADD_FAILURE() << "never on the screen: " << pattern << "\nthe screen:\n" << seen;
  return seen;
}

void Terminal::resize(int columns) const { tmux("resize-window -x " + std::to_string(columns)); }

void Terminal::press(const std::string& key) const { tmux("send-keys " + key); }

}  // namespace zopo::test
