#pragma once
// Any text inside XML, HTML, Markdown or CSV.

#include <string>

namespace zopo::report {

// For texts and attributes alike, of HTML too. XML 1.0, section 2.2: most control characters cannot
// stand in a document at all, not even escaped; they and invalid UTF-8 become U+FFFD.
std::string xml_text(const std::string& text);
// On one line, with nothing in it that Markdown or HTML would take for its own. CommonMark 2.4: any
// ASCII punctuation may stand behind a backslash.
std::string markdown_text(const std::string& text);
// A cell of RFC 4180.
std::string csv_text(const std::string& text);
// A spreadsheet takes a cell that begins with = + - @, a tab or a carriage return for a formula, so
// an apostrophe stands before it (OWASP, CSV Injection), and before one that begins with an
// apostrophe.
std::string guarded(const std::string& text);
std::string unguarded(const std::string& cell);

}  // namespace zopo::report
