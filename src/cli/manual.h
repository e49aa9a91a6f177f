#pragma once
// The manual page zopo(1), in the macros of man(7).

#include <string>

#include "cli/command_tree.h"
#include "cli/help_topics.h"

namespace zopo::cli {

std::string manual_page(const CommandText& root, const std::string& version);

// zopo-TOPIC(7)
std::string topic_page(const HelpTopic& topic, const std::string& version);

}  // namespace zopo::cli
