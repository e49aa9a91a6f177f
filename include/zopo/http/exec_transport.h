#pragma once
// A transport to a command instead of a server, for models that no API serves: the body of each
// request goes to its standard input as one line, and the next line of its standard output is the
// body of a reply of status 200.
//
// A process is kept for as long as it answers. It is given one request at a time; up to
// max_processes of them run at once, each started when first needed. What it writes to standard
// error is the user's to see. One that exits, says nothing in time or says too much is killed, with
// its process group, and the request ends as an Error of kind network (api for too much); the next
// request starts a new one.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "zopo/http/transport.h"

namespace zopo::http {

struct ExecOptions {
  std::vector<std::string> command;      // program, looked up in PATH, and its arguments
  std::filesystem::path directory = "";  // to run it in; "" is the current one
  int timeout_ms = 600'000;              // of one request
  int max_processes = 16;
  std::int64_t max_line_bytes = 64 << 20;
};

// Throws Failure{config} when there is no such program. Requests' bodies have no line breaks.
std::unique_ptr<Transport> make_exec_transport(ExecOptions options);

}  // namespace zopo::http
