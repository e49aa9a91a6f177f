#include "cli/manual.h"

#include <fmt/format.h>

#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

// Text that roff prints as it is: no escapes, no hyphens, and no line that it takes for a request.
std::string plain(const std::string& text) {
  std::string made;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) made += "\\&";
    if (c == '\\')
      made += "\\e";
    else if (c == '-')
      made += "\\-";
    else
      made += c;
    line_begins = c == '\n';
  }
  return made;
}

std::string verbatim(const std::string& text) {
  return text.empty() ? "" : ".PP\n.nf\n" + plain(text) + "\n.fi\n";
}

std::string flag_entry(const FlagText& flag) {
  std::vector<std::string> names;
  for (const std::string& name : flag.names) names.push_back("\\fB" + plain(name) + "\\fR");
  std::string text = ".TP\n" + join(names, ", ");
  if (!flag.value.empty()) text += " \\fI" + plain(flag.value) + "\\fR";
  text += "\n" + plain(flag.help) + "\n";
  if (!flag.variable.empty()) text += "Variable: " + plain(flag.variable) + ".\n";
  return text;
}

std::string synopsis(const CommandText& command) {
  std::string text = "\\fB" + plain(command.path) + "\\fR";
  if (!command.flags.empty()) text += " [\\fIflags\\fR]";
  for (const ArgumentText& argument : command.arguments) {
    const std::string name = "\\fI" + plain(argument.name) + "\\fR";
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string command_section(const CommandText& command) {
  std::string text = ".SS " + synopsis(command) + "\n" + plain(command.help) + "\n";
  for (const ArgumentText& argument : command.arguments)
    text += ".TP\n\\fI" + plain(argument.name) + "\\fR\n" + plain(argument.help) + "\n";
  for (const FlagText& flag : command.flags) {
    if (flag.names.back() != "--help") text += flag_entry(flag);
  }
  return text + verbatim(command.examples);
}

}  // namespace

std::string manual_page(const CommandText& root, const std::string& version) {
  std::string text = fmt::format(".TH ZOPO 1 \"\" \"zopo {}\"\n", version);
  text += ".SH NAME\nzopo \\- " + plain(root.help) + "\n";
  text += ".SH SYNOPSIS\n\\fBzopo\\fR \\fIcommand\\fR [\\fIflags\\fR]\n";
  text +=
      ".SH DESCRIPTION\nThe result goes to standard output, all else to standard error. A flag "
      "wins over its "
      "variable, a variable over the task file.\n";
  for (const FlagText& flag : root.flags) text += flag_entry(flag);
  text += verbatim(root.examples) + ".SH COMMANDS\n";
  for (const CommandText* command : all_commands(root)) {
    if (command != &root) text += command_section(*command);
  }
  return text;
}

std::string topic_page(const HelpTopic& topic, const std::string& version) {
  const std::size_t end = topic.text.find('\n');
  const std::string name = "zopo-" + std::string(topic.name);
  std::string text = fmt::format(".TH {} 7 \"\" \"zopo {}\"\n", fold_case(name), version);
  text += ".SH NAME\n" + plain(name) + " \\- " + plain(std::string(topic.text.substr(0, end)));
  return text + "\n.SH DESCRIPTION\n" + verbatim(std::string(topic.text.substr(end + 1)));
}

}  // namespace zopo::cli
