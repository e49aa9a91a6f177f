#pragma once
// Text files from Windows: Excel's "Unicode text" and PowerShell's redirection are UTF-16.

#include <string>

namespace zopo::data {

// UTF-16 (known by its byte order mark, or by the zero bytes of its first two characters) as UTF-8,
// unpaired surrogates as U+FFFD; any other bytes as they are.
std::string utf8_of_file(std::string bytes);

}  // namespace zopo::data
