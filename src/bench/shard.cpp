#include "bench/shard.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "zopo/base/error.h"

namespace zopo::bench {
namespace {

[[noreturn]] void refuse_shard(const std::string& what) { throw Failure(ErrorKind::usage, what); }

std::int64_t whole_number(const std::string& name, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    refuse_shard(fmt::format("{}: \"{}\" is not a whole number", name, text));
  return value;
}

Shard checked(std::int64_t index, std::int64_t count, const std::string& source) {
  if (index < 1 || index > count) {
    refuse_shard(
        fmt::format("{}: there is no shard {} of {}; shards count from 1", source, index, count));
  }
  return {index, count, source};
}

Shard from_flag(const std::string& flag) {
  const std::size_t slash = flag.find('/');
  if (slash == std::string::npos)
    refuse_shard(fmt::format("--shard: \"{}\" is not i/n, such as 2/10", flag));
  const std::string_view text = flag;
  return checked(whole_number("--shard", text.substr(0, slash)),
                 whole_number("--shard", text.substr(slash + 1)), "--shard");
}

std::int64_t required(const Environment& environment, const char* name, const char* beside) {
  const std::optional<std::string> value = environment(name);
  if (!value)
    refuse_shard(fmt::format("{} is set, but {} is not: set it, or say --shard i/n", beside, name));
  return whole_number(name, *value);
}

// Slurm numbers the tasks of an array MIN, MIN + STEP, ..; of a list such as 1,3,17 it tells
// neither the step nor which of them a task is.
Shard from_slurm(const Environment& environment, std::int64_t task) {
  const char* const id = "SLURM_ARRAY_TASK_ID";
  const std::int64_t count = required(environment, "SLURM_ARRAY_TASK_COUNT", id);
  const std::int64_t min = required(environment, "SLURM_ARRAY_TASK_MIN", id);
  const auto given = environment("SLURM_ARRAY_TASK_STEP");
  const std::int64_t step = given ? whole_number("SLURM_ARRAY_TASK_STEP", *given) : 1;
  if (step < 1 || task < min || (task - min) % step != 0 || (task - min) / step >= count) {
    refuse_shard(fmt::format(
        "{} = {}: not one of {} tasks from {} in steps of {}; make the array a range, or say "
        "--shard i/n",
        id, task, count, min, step));
  }
  return {(task - min) / step + 1, count, id};
}

}  // namespace

std::optional<Shard> find_shard(const std::string& flag, const Environment& environment) {
  if (!flag.empty()) return from_flag(flag);
  if (const auto task = environment("SLURM_ARRAY_TASK_ID"))
    return from_slurm(environment, whole_number("SLURM_ARRAY_TASK_ID", *task));
  if (const auto index = environment("JOB_COMPLETION_INDEX")) {
    const char* const name = "JOB_COMPLETION_INDEX";
    const std::int64_t count = required(environment, "ZOPO_SHARDS", name);
    return checked(whole_number(name, *index) + 1, count, name);
  }
  if (const auto index = environment("CI_NODE_INDEX")) {
    const char* const name = "CI_NODE_INDEX";
    return checked(whole_number(name, *index), required(environment, "CI_NODE_TOTAL", name), name);
  }
  return std::nullopt;
}

}  // namespace zopo::bench
