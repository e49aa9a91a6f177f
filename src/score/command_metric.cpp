// A metric of the user's own: a command that scores a batch of replies.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "command.h"
#include "command_scores.h"
#include "metrics.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"
#include "zopo/data/dataset.h"

namespace zopo::score {
namespace {

using nlohmann::json;

constexpr double kLongestMs = 86'400'000;  // a day
constexpr double kMostReplies = 1e9;

Error refused(const std::string& what, std::string_view line) {
  return {ErrorKind::api, "metric command: " + what + ": " + make_valid_utf8(line.substr(0, 200))};
}

Result<double> score_in(const json& said, std::string_view line) {
  if (said.contains("error")) return refused("it says", said["error"].dump());
  const auto score = said.find("score");
  if (score == said.end() || !score->is_number()) return refused("no score in its line", line);
  const double value = score->get<double>();
  if (!(value >= 0 && value <= 1)) return refused("a score outside of [0, 1]", line);
  return value;
}

// Other things than a text say nothing.
std::string feedback_in(const json& said) {
  const auto feedback = said.find("feedback");
  return feedback != said.end() && feedback->is_string() ? feedback->get<std::string>() : "";
}

// The case that a line is about; nothing when it names none.
std::optional<std::size_t> case_in(const json& said, std::size_t cases) {
  if (!said.is_object() || !said.contains("id") || !said["id"].is_number_unsigned())
    return std::nullopt;
  const auto id = said["id"].get<std::uint64_t>();
  if (id >= cases) return std::nullopt;
  return static_cast<std::size_t>(id);
}

std::string line_of(std::size_t id, const Metric::Case& one) {
  return json{{"id", id},
              {"input", one.example->input},
              {"references", one.example->references},
              {"fields", one.example->fields},
              {"answer", one.answer},
              {"reply", one.reply}}
             .dump(-1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

class CommandMetric final : public Metric {
 public:
  // batch: replies that one run of the command is given at most; 0: all there are.
  CommandMetric(Command command, std::size_t batch) : command_(std::move(command)), batch_(batch) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    const data::Example example{"", {references.begin(), references.end()}, {}};
    const Case one{answer, answer, &example};
    std::vector<Verdict> verdicts = score_all({&one, 1});
    return std::move(verdicts.front().score).value_or_throw();
  }

  std::vector<Verdict> score_all(std::span<const Case> cases) const override {
    std::vector<Verdict> verdicts;
    while (!cases.empty()) {
      const auto batch = cases.first(batch_ == 0 ? cases.size() : std::min(batch_, cases.size()));
      for (Verdict& verdict : score_batch(batch)) verdicts.push_back(std::move(verdict));
      cases = cases.subspan(batch.size());
    }
    return verdicts;
  }

  bool is_binary() const override { return false; }

 private:
  std::vector<Verdict> score_batch(std::span<const Case> cases) const {
    std::string lines;
    for (std::size_t i = 0; i < cases.size(); ++i) lines += line_of(i, cases[i]);
    const Result<std::string> output = run_command(command_, lines);
    if (!output) return std::vector<Verdict>(cases.size(), {output.error(), ""});
    return parse_scores(*output, cases.size());
  }

  Command command_;
  std::size_t batch_;
};

}  // namespace

std::vector<Metric::Verdict> parse_scores(std::string_view output, std::size_t cases) {
  std::vector<std::optional<Metric::Verdict>> found(cases);
  std::string_view stray;
  for (const std::string_view line : split_lines(output)) {
    const json said = parse_json_of_others(line);
    const std::optional<std::size_t> id = case_in(said, cases);
    if (!id) {
      if (stray.empty()) stray = line;
    } else if (found[*id]) {
      found[*id] = {refused("a second line for one id", line), ""};
    } else {
      found[*id] = {score_in(said, line), feedback_in(said)};
    }
  }
  std::vector<Metric::Verdict> verdicts;
  for (const auto& verdict : found) {
    verdicts.push_back(
        verdict
            ? *verdict
            : Metric::Verdict{refused("no line for this reply; the first stray one", stray), ""});
  }
  return verdicts;
}

std::unique_ptr<Metric> make_command(const Normalizer&, MetricOptions& options) {
  Command command;
  command.words = options.command("command");
  command.directory = options.text("directory", "");
  command.timeout = std::chrono::milliseconds(
      static_cast<std::int64_t>(options.amount("timeout_ms", 60'000, kLongestMs)));
  check_program(command, "metric.options.command");
  const auto batch = static_cast<std::size_t>(options.amount("batch", 0, kMostReplies));
  return std::make_unique<CommandMetric>(std::move(command), batch);
}

}  // namespace zopo::score
