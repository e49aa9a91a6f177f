// `zopo init --data FILE`: a task for data that are there, with what could be told from them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/init_files.h"
#include "zopo/app/init.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/dataset.h"
#include "zopo/data/guessed_fields.h"
#include "zopo/data/output_form.h"
#include "zopo/data/prompt_file.h"
#include "zopo/data/usual_split.h"
#include "zopo/settings/settings.h"

namespace zopo::app {
namespace {

using nlohmann::json;

struct MetricGuess {
  json setting;       // null: zopo's default
  std::string words;  // what it does, for the person
};

json exact_match() {
  return {{"name", "exact_match"},
          {"extract", {"first_line"}},
          {"normalize", {"case", "punctuation", "articles", "whitespace"}}};
}

MetricGuess metric_for(const data::Dataset& data, const data::OutputForm& form) {
  constexpr std::size_t kShortAnswer = 5, kShortText = 60;
  if (!data.examples.front().assertions.empty())
    return {nullptr, "promptfoo: each test's own assertions"};
  switch (form.kind) {
    case data::OutputForm::Kind::labels: {
      if (form.labels.size() < 2) break;
      json choices = json::array();
      for (const data::OutputForm::Label& label : form.labels) choices.push_back(label.text);
      return {{{"name", "multiple_choice"}, {"options", {{"choices", choices}}}},
              "multiple_choice: a reply that names the right label and no other one"};
    }
    case data::OutputForm::Kind::numbers:
      return {{{"name", "numeric"}, {"extract", {"last_number"}}},
              "numeric: the last number of the reply"};
    case data::OutputForm::Kind::json:
      return {{{"name", "json"}}, "json: the fields of the expected object"};
    case data::OutputForm::Kind::text:
      break;
  }
  if (form.most_words <= kShortAnswer)
    return {exact_match(), "exact_match: the first line, but for case, punctuation and articles"};
  return {{{"name", "f1"}},
          form.most_words <= kShortText
              ? "f1: the words that reply and expected output share"
              : "f1: the words that both share; for long texts a judge is better, see zopo help "
                "metrics"};
}

// As the task file names it, which stands in directory.
std::string seen_from(const std::filesystem::path& directory, const std::filesystem::path& file) {
  const auto from = std::filesystem::weakly_canonical(std::filesystem::absolute(directory));
  return std::filesystem::weakly_canonical(std::filesystem::absolute(file))
      .lexically_proximate(from)
      .generic_string();
}

json prompt_section(const DataInit& init) {
  json prompt = {{"template", "{{instruction}}\n\n{{input}}"}};
  if (!init.prompt) return prompt;
  const std::string text = data::load_prompt(*init.prompt);
  prompt["baseline"] = {{"file", seen_from(init.directory, *init.prompt)}};
  if (text.find("{{input}}") == std::string::npos) return prompt;
  prompt["template"] = "{{instruction}}";  // the prompt says itself where the input stands
  prompt["fill_candidates"] = true;
  return prompt;
}

std::string task_text(const DataInit& init,
                      const data::FieldMap& fields,
                      const data::OutputForm& form,
                      const std::optional<data::Shares>& shares,  // none: the file has splits
                      const MetricGuess& metric) {
  json data = {{"file", seen_from(init.directory, init.data)}};
  if (shares) {
    data["split"] = {{"train", shares->train}, {"dev", shares->dev}, {"test", shares->test}};
    data["split"]["seed"] = 0;
    if (form.kind == data::OutputForm::Kind::labels) data["split"]["stratify"] = true;
  }
  if (fields.input) data["fields"]["input"] = *fields.input;
  if (fields.output) data["fields"]["output"] = *fields.output;
  std::string text =
      "{\n"
      "  // Every setting with its default and meaning: task.schema.json (zopo schema).\n"
      "  \"$schema\": \"task.schema.json\",\n";
  text += fmt::format("  \"name\": {},\n", json(init.data.stem().string()).dump());
  text +=
      "  // \"train\" is shown to the model that writes candidates, \"dev\" scores them, \"test\" "
      "is "
      "read once, at the end.\n";
  text += fmt::format("  \"data\": {},\n", data.dump());
  if (!init.prompt)
    text +=
        "  // The instruction that you use today: \"baseline\": \"..\" or {\"file\": "
        "\"prompt.md\"}.\n";
  text += fmt::format("  \"prompt\": {},\n", prompt_section(init).dump());
  text +=
      "  // To let it choose examples of \"train\" for the prompt, too, which small models need "
      "most: "
      "{{exemplars}} above, and\n"
      "  // \"candidates\": {\"write\": {}, \"exemplars\": {\"count\": 5}},\n";
  if (!metric.setting.is_null()) text += fmt::format("  \"metric\": {},\n", metric.setting.dump());
  text +=
      "  // The key comes from the environment: OPENAI_API_KEY. Other endpoints: zopo help "
      "endpoints.\n"
      "  \"llm\": { \"model\": \"gpt-4.1-mini\", \"temperature\": 0 },\n"
      "  // A cap on everything; what a run may cost: zopo optimize --dry-run\n"
      "  \"budget\": { \"calls\": 500 }\n"
      "}\n";
  return text;
}

// As the person says, or as far as two fields without a known name let it be told.
data::FieldMap fields_of(const DataInit& init) {
  data::FieldMap fields{init.input, init.output};
  if (init.input || init.output) return fields;
  if (const auto guessed = data::guessed_fields(init.data, "dev")) fields = *guessed;
  return fields;
}

// Of all its splits, where it has several.
data::Dataset examples_of(const std::filesystem::path& file,
                          data::FieldMap fields,
                          const std::vector<std::string>& splits) {
  if (splits.size() < 2) return data::load_dataset(file, fields);
  data::Dataset all;
  for (const std::string& split : splits) {
    fields.side = split;
    data::Dataset one = data::load_dataset(file, fields);
    if (all.examples.empty()) {
      all = std::move(one);
    } else {
      all.examples.insert(all.examples.end(), one.examples.begin(), one.examples.end());
    }
  }
  return all;
}

}  // namespace

InitReport write_task_for(const DataInit& init) {
  const data::FieldMap fields = fields_of(init);
  const std::vector<std::string> own = data::splits_in(init.data);
  const data::Dataset data = examples_of(init.data, fields, own);
  const std::size_t examples = data.examples.size();
  std::optional<data::Shares> shares;
  if (own.size() < 2) {
    data::usual_split(data);  // refuses too few
    shares = data::usual_shares(examples);
  }
  const data::OutputForm form = data::output_form(data);
  const MetricGuess metric = metric_for(data, form);
  InitReport report;
  report.files = write_new_files(init.directory,
                                 {{"task.json", task_text(init, fields, form, shares, metric)},
                                  {"task.schema.json", std::string(settings::task_schema_text())}});
  report.guessed = {fmt::format("data     {} examples; {}", examples, data.layout),
                    "outputs  " + data::describe(form), "metric   " + metric.words,
                    shares ? fmt::format("split    train {}, dev {}, test {}", shares->train,
                                         shares->dev, shares->test)
                           : "split    the file's own: " + join(own, ", ")};
  if (fields.input && fields.output && !(init.input && init.output))
    report.guessed.insert(
        report.guessed.begin() + 1,
        fmt::format("fields   input {}, output {}; the other way round: \"fields\" "
                    "in the task file",
                    *fields.input, *fields.output));
  const bool says_one_thing =
      form.kind == data::OutputForm::Kind::labels && form.labels.size() == 1;
  if (says_one_thing)
    report.guessed.emplace_back(
        "All outputs are the same, so any prompt that asks for that one is right: see whether "
        "--output names the right field.");
  report.guessed.insert(report.guessed.end(), data.notes.begin(), data.notes.end());
  return report;
}

}  // namespace zopo::app
