#include "cli/help_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zopo/base/text.h"
#include "zopo/settings/settings.h"

namespace zopo::cli {
namespace {

using Schema = nlohmann::ordered_json;

constexpr std::string_view kMark = "@settings ";
constexpr std::size_t kWidth = 78;

const Schema& schema_of_tasks() {
  static const Schema schema = Schema::parse(settings::task_schema_text());
  return schema;
}

// Words between single spaces, broken before kWidth, each line behind the indentation.
std::string wrapped(const std::string& text, const std::string& indentation) {
  std::string lines, line = indentation;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, end - from);
    if (line.size() > indentation.size() && line.size() + 1 + word.size() > kWidth) {
      lines += line + "\n";
      line = indentation;
    }
    line += (line.size() > indentation.size() ? " " : "") + word;
    from = end + 1;
  }
  return lines + line + "\n";
}

void add_settings(const Schema& section, const std::string& key, std::string& text) {
  if (section.contains("$ref")) {
    text += "  " + key + "\n" +
            wrapped("The same settings as " + section["$ref"].get<std::string>().substr(13) + ".",
                    "      ");
    return;
  }
  std::string meaning = section.value("description", "");
  if (section.contains("default") && !section["default"].is_structured())
    meaning += (meaning.empty() ? "" : " ") + ("Default: " + section["default"].dump() + ".");
  if (!key.empty() && (!meaning.empty() || !section.contains("properties")))
    text += "  " + key + "\n" + (meaning.empty() ? "" : wrapped(meaning, "      "));
  if (!section.contains("properties") || section.contains("required")) return;
  for (const auto& [name, member] : section["properties"].items())
    add_settings(member, fmt::format("{}.{}", key, name), text);
}

std::string settings_of(const std::string& section) {
  std::string text;
  const Schema& properties = schema_of_tasks()["properties"][section]["properties"];
  for (const auto& [name, member] : properties.items())
    add_settings(member, fmt::format("{}.{}", section, name), text);
  return text;
}

}  // namespace

std::string with_settings(std::string_view text) {
  std::string whole;
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with(kMark))
      whole += settings_of(std::string(trim(line.substr(kMark.size()))));
    else
      whole += std::string(line) + "\n";
  }
  return whole;
}

}  // namespace zopo::cli
