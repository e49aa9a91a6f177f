#include "base/lanes_table.h"

namespace zopo::lanes {
namespace {
#include "base/lanes_body.h"
}  // namespace

const Table generic_table = table_named("generic");

}  // namespace zopo::lanes
