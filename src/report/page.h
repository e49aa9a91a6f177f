#pragma once
// The parts of the HTML report that are the same for every run, compiled in.

#include <string_view>

namespace zopo::report {

std::string_view page_head();      // up to and with the opening tag of the data
std::string_view page_script();    // draws the data
std::string_view chart_library();  // Chart.js and jsdiff

}  // namespace zopo::report
