// The loops of lanes_body.h for processors with AVX-512. Chosen by lanes.cpp.

#include "base/lanes_table.h"

namespace zopo::lanes {
namespace {
#include "base/lanes_body.h"
}  // namespace

const Table avx512_table = table_named("avx512");

}  // namespace zopo::lanes
