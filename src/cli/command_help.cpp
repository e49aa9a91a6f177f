#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/help_settings.h"
#include "cli/help_topics.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

struct HelpRequest {
  std::vector<std::string> words;  // "exit codes" may be written as two
  bool man = false;
};

void list_topics() {
  for (const HelpTopic& topic : help_topics())
    print_result("zopo help {:<12} {}\n", topic.name, topic.text.substr(0, topic.text.find('\n')));
  print_result("zopo COMMAND --help    flags and examples of a command\n");
}

const HelpTopic& topic_named(const std::string& name) {
  std::vector<std::string> names;
  for (const HelpTopic& topic : help_topics()) {
    if (topic.name == name) return topic;
    names.emplace_back(topic.name);
  }
  throw Failure(ErrorKind::usage, "zopo help " + name + ": expected one of " + join(names, ", ") +
                                      did_you_mean(name, names));
}

int execute(const HelpRequest& request) {
  if (request.words.empty()) return list_topics(), kDone;
  const HelpTopic& topic = topic_named(join(request.words, "-"));
  const std::string text = with_settings(topic.text);
  print_result("{}", request.man ? topic_page({topic.name, text}, ZOPO_VERSION) : text);
  return kDone;
}

}  // namespace

void add_help(CommandLine& line) {
  const auto request = std::make_shared<HelpRequest>();
  CLI::App& command = line.add(line.app(), "help", "Explain a topic; without one, list them.",
                               [request] { return execute(*request); });
  command.add_option("topic", request->words, "What to explain.")->type_name("TOPIC");
  command.add_flag("--man", request->man, "As a manual page.")->envname("ZOPO_MAN");
  command.footer(
      "Examples:\n"
      "  zopo help\n"
      "  zopo help metrics\n"
      "  zopo help exit-codes --man | man -l -");
}

}  // namespace zopo::cli
