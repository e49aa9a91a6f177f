#pragma once
// The assertion of promptfoo_config, with @STEPS@ and @EXTRACT@ to be filled in.

#include <string_view>

namespace zopo::app {

std::string_view promptfoo_assertion();

}  // namespace zopo::app
