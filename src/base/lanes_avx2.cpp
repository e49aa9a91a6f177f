// The loops of lanes_body.h for processors with AVX2. Chosen by lanes.cpp.

#include "base/lanes_table.h"

namespace zopo::lanes {
namespace {
#include "base/lanes_body.h"
}  // namespace

const Table avx2_table = table_named("avx2");

}  // namespace zopo::lanes
