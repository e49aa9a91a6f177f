#pragma once
// Which part of a bench this process runs.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace zopo::bench {

struct Shard {
  std::int64_t index = 1, count = 1;  // index from 1
  std::string source;                 // "--shard", "SLURM_ARRAY_TASK_ID", ..
};

using Environment = std::function<std::optional<std::string>(const char*)>;

// flag: "i/n", or empty: then the first of these that is there: a Slurm array's task
// (SLURM_ARRAY_TASK_ID with _MIN, _STEP and _COUNT), the index of a Kubernetes indexed Job
// (JOB_COMPLETION_INDEX, from 0, of ZOPO_SHARDS), CI_NODE_INDEX of CI_NODE_TOTAL. Nothing where
// there is none. Throws Failure{usage} for what is no part of a whole, naming where it was read.
std::optional<Shard> find_shard(const std::string& flag, const Environment& environment);

}  // namespace zopo::bench
