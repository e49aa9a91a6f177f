#pragma once
// {{name}} in a text.

#include <functional>
#include <string>
#include <string_view>

namespace zopo::task {

// Calls literal(text) and placeholder(name) for the parts of content, in order.
// {{ "{{" }} is the literal {{.
void walk_placeholders(std::string_view content,
                       const std::function<void(std::string_view)>& literal,
                       const std::function<void(const std::string&)>& placeholder);

}  // namespace zopo::task
