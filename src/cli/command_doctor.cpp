#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/app/doctor.h"

namespace zopo::cli {
namespace {

using nlohmann::json;

struct DoctorRequest {
  TaskFlags flags;
  std::string format = "text";
};

json to_json(const std::vector<app::Probe>& probes) {
  json all = json::array();
  for (const app::Probe& probe : probes) {
    json one = {{"what", probe.what},
                {"host", probe.host},
                {"works", probe.works},
                {"seconds", probe.seconds},
                {"model", probe.model.empty() ? json() : json(probe.model)},
                {"finding", probe.finding}};
    if (!probe.works) one["advice"] = probe.advice;
    all.push_back(std::move(one));
  }
  return {{"endpoints", all}};
}

std::string to_text(const std::vector<app::Probe>& probes) {
  std::string text;
  for (const app::Probe& probe : probes) {
    text +=
        fmt::format("{:<11} {} {} ({:.0f} ms): {}\n", probe.what, probe.host,
                    probe.works ? "works" : "does not work", probe.seconds * 1e3, probe.finding);
    if (!probe.model.empty()) text += fmt::format("{:<11} model {}\n", "", probe.model);
    if (!probe.works) text += fmt::format("{:<11} {}\n", "", probe.advice);
  }
  return text;
}

int execute(const DoctorRequest& request) {
  const TaskOptions task = request.flags.read_task();
  const settings::Settings settings = settings::load_settings(task.task_file, task.overrides);
  const std::vector<app::Probe> probes = app::probe_endpoints(settings);
  print_result("{}", request.format == "json" ? to_json(probes).dump(2) + "\n" : to_text(probes));
  for (const app::Probe& probe : probes) {
    if (probe.works) continue;
    say_how_it_ended(code_of(probe.error), probe.what + " does not work. " + probe.advice, "");
    return code_of(probe.error);
  }
  say_how_it_ended(kDone, "every endpoint works", "");
  return kDone;
}

}  // namespace

void add_doctor(CommandLine& line) {
  const auto request = std::make_shared<DoctorRequest>();
  CLI::App& command =
      line.add(line.app(), "doctor", "Send one call to every endpoint of a task and say what came.",
               [request] { return execute(*request); });
  request->flags.add_to(command);
  add_format(command, request->format);
  command.footer("Examples:\n  zopo doctor --task task.json");
}

}  // namespace zopo::cli
