// posix_spawn() with the attributes that spawn.h promises. Called by child_process.cpp.

#include "base/spawn.h"

#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace zopo {
namespace {

// What the child is given at its start.
class SpawnPlan {
 public:
  SpawnPlan(int in, int out, const std::filesystem::path& directory) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    if (!directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
    posix_spawnattr_init(&attributes_);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int run(const std::vector<std::string>& command, pid_t& pid) const {
    std::vector<std::string> arguments = command;
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    return posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

int spawn(const std::vector<std::string>& command,
          const std::filesystem::path& directory,
          int in,
          int out,
          pid_t& pid) {
  return SpawnPlan(in, out, directory).run(command, pid);
}

}  // namespace zopo
