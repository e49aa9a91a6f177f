// The loops of lanes_body.h for any processor. Chosen by lanes.cpp where there is nothing wider.

#include "base/lanes_table.h"

namespace zopo::lanes {
namespace {
#include "base/lanes_body.h"
}  // namespace

const Table generic_table = table_named("generic");

}  // namespace zopo::lanes
