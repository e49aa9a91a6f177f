// What the built binary refuses, and in which words: files that others wrote or damaged. Each
// refusal names the file, costs no request and leaves what is there as it was.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class DamagedRun : public TaskTest {
 protected:
  void damage(const std::string& name, const std::string& text) const {
    std::ofstream(run_dir() / name, std::ios::binary) << text;
  }
  void expect_refusal(const std::vector<std::string>& command, const std::string& words) {
    std::vector<std::string> args = command;
    args.push_back(run_dir().string());
    const Finished run = zopo(args);
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_THAT(run.err, HasSubstr(words));
  }
};

TEST_F(DamagedRun, OfOptimizeIsRefusedByItsFileAndKept) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string manifest = file("manifest.json");
  for (const char* damaged : {"", "[]", "{}", "{\"task_file\": 1, \"overrides\": 2}"}) {
    damage("manifest.json", damaged);
    expect_refusal({"optimize", "--resume"}, "manifest.json: not a manifest of a run");
    EXPECT_EQ(file("manifest.json"), damaged);
  }
  damage("manifest.json", manifest);
  damage("trace.jsonl", "{\"id\": 1, \"phase\": 7}\n");
  expect_refusal({"report"}, "its records are not those of a run");
  EXPECT_EQ(optimize({"--resume", run_dir().string()}).exit_code, 0);
  EXPECT_EQ(zopo({"report", run_dir().string()}).exit_code, 0);
}

TEST_F(DamagedRun, OfEvaluateIsRefusedByItsFile) {
  ASSERT_EQ(zopo({"evaluate", "--task", "task.json", "--prompt", "quality 70"}).exit_code, 0);
  json manifest = json::parse(file("manifest.json"));
  manifest["evaluate"]["prompts"] = 3;
  damage("manifest.json", manifest.dump());
  expect_refusal({"evaluate", "--resume"}, "manifest.json: not a manifest of a run");
}

// One thing wrong with the task file or a file that it names.
struct Wrong {
  json changes;
  std::string words;                 // that the refusal has to hold
  std::string file = {}, text = {};  // written beforehand
};

class Refusals : public TaskTest {
 protected:
  void expect_refusals(const std::vector<Wrong>& all) {
    const json right = task_;
    for (const Wrong& wrong : all) {
      task_ = right;
      SCOPED_TRACE(wrong.changes.dump(-1, ' ', false, json::error_handler_t::replace) + wrong.text);
      if (!wrong.file.empty()) dir_.write(wrong.file, wrong.text);
      write_task(wrong.changes);
      const Finished run = zopo({"validate", "--task", "task.json"});
      EXPECT_EQ(run.exit_code, 2);
      EXPECT_THAT(run.err, HasSubstr(wrong.words));
      EXPECT_THAT(run.err, Not(HasSubstr("json.exception")));
    }
    EXPECT_EQ(server_.requests().size(), 0u);
  }
};

Wrong dev(const std::string& name, const std::string& text, const std::string& words) {
  return {{{"data", {{"dev", name}}}}, words, name, text};
}

TEST_F(Refusals, OfSettingsThatDoNotGoTogether) {
  const json messages = {{{"role", "user"}, {"content", "{{instruction}} {{input}}"}}};
  expect_refusals({
      {{{"data", {{"file", "dev.jsonl"}}}}, "exclude each other. Keep one form"},
      {{{"data", {{"split", {{"dev", 3}}}}}}, "\"split\" goes with \"file\", or with \"train\""},
      {{{"data",
         {{"dev", nullptr}, {"test", nullptr}, {"file", "dev.jsonl"}, {"split", {{"dev", 0}}}}}},
       "\"dev\" must be more than 0"},
      {{{"data", {{"dev", nullptr}}}}, "no dev examples: expected \"dev\""},
      {{{"prompt", {{"messages", messages}}}},
       "\"template\" and \"messages\" exclude each other. Keep one."},
      {{{"llm", {{"provider", "azure"}, {"base_url", nullptr}}}},
       "\"base_url\" is missing: https://NAME.openai.azure.com"},
      {{{"llm", {{"provider", "exec"}}}}, "provider exec and \"command\" go together"},
      {{{"llm", {{"provider", "anthropic"}, {"base_url", nullptr}, {"seed", 3}}}}, "seed"},
      {{{"llm", {{"provider", "openai-responses"}, {"stop", {"x"}}}}}, "stop"},
      {{{"llm", {{"provider", "opnai"}}}}, "Did you mean"},
      {{{"embeddings", {{"provider", "openai"}}}},
       "\"model\" is missing: an endpoint's embeddings"},
      {{{"embeddings", {{"provider", "azure"}, {"model", "e"}}}},
       "\"base_url\" is missing: https://NAME.openai.azure.com for azure"},
      {{{"embeddings", {{"provider", "exec"}, {"model", "e"}}}},
       "\"command\" is missing: provider exec runs one"},
      {{{"budget", {{"usd", 1}}}}, "a cap in dollars needs the price of model \"toy\""},
      {{{"budget", {{"usd", 1}}},
        {"llm", {{"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 1}}}}},
        {"embeddings", {{"provider", "openai"}, {"model", "e"}}}},
       "a cap in dollars needs the price of the embeddings too"},
      {{{"budget", {{"search_calls", 80}}}}, "say the same in two units. Keep one."},
      {{{"candidates", {{"generate", json::object()}}}}, "/candidates/generate"},
      {{{"llm", {{"price_file", "prices.json"}}}},
       "no price of model \"toy\"",
       "prices.json",
       R"({"tox": {"prompt_usd_per_million": 1, "completion_usd_per_million": 1}})"},
      {{{"llm", {{"price_file", "prices.json"}}}},
       "prices.json:1",
       "prices.json",
       R"({"toy": {"prompt_usd_per_million": -1, "completion_usd_per_million": 1}})"},
      {{{"llm",
         {{"price_file", "prices.json"},
          {"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 1}}}}}},
       "\"price\" and \"price_file\" exclude each other"},
      {{{"prompt", {{"template", "{{instruction}}"}}}}, "no {{input}} in it"},
      {{{"prompt", {{"template", "{{input}}"}}}}, "no {{instruction}} in it"},
      {{{"prompt", {{"template", "{{instruction}} {{imput}}"}}}}, "unknown placeholder {{imput}}"},
  });
}

TEST_F(Refusals, OfMetricsExtractionAndNormalisation) {
  const auto metric = [](json of) { return json{{"metric", std::move(of)}}; };
  expect_refusals({
      {metric({{"name", "exactmatch"}}), "Did you mean \"exact_match\"?"},
      {metric({{"name", "exact_match"}, {"options", {{"x", 1}}}}), "It has none."},
      {metric({{"name", "numeric"}, {"options", {{"tolerence", 1}}}}), "Did you mean"},
      {metric({{"name", "numeric"}, {"options", {{"absolute", "x"}}}}), "metric \"numeric\""},
      {metric({{"name", "multiple_choice"}, {"options", {{"choices", {"A"}}}}}),
       "a list of at least two different texts"},
      {metric({{"name", "multiple_choice"}}), "names none of the choices of metric"},
      {metric({{"name", "command"}}), "needs the option \"command\""},
      {metric({{"name", "command"}, {"options", {{"command", "wc"}}}}),
       "a list: the program and its arguments"},
      {metric({{"name", "command"}, {"options", {{"command", {"./no-such-program"}}}}}),
       "no program \"./no-such-program\" that may be run"},
      {metric({{"name", "command"}, {"options", {{"command", {"cat"}}, {"timeout", 0}}}}),
       "metric \"command\""},
      {metric({{"name", "json"}}), "is not JSON, which metric \"json\" needs"},
      {{{"metric", {{"name", "numeric"}}},
        {"data", {{"dev", "n.jsonl"}}},
        {"evaluation", {{"examples", 1}}}},
       "example 2 of dev (\"b\"): The reference \"many\"",
       "n.jsonl",
       "{\"input\": \"a\", \"output\": 1}\n{\"input\": \"b\", \"output\": \"many\"}\n"},
      {metric({{"extract", {"json:answer"}}}), "holds no JSON pointer"},
      {metric({{"extract", {"regex:(a"}}}), "does not compile"},
      {metric({{"extract", {"first_lin"}}}), "first_line"},
      {metric({{"normalize", {"caps"}}}), "Did you mean \"case\"?"},
      {{{"metric", {{"name", "regex"}}},
        {"data", {{"dev", "r.jsonl"}}},
        {"evaluation", {{"examples", 1}}}},
       "A reference of metric \"regex\" is no pattern",
       "r.jsonl",
       "{\"input\": \"a\", \"output\": \"(\"}\n"},
  });
}

TEST_F(Refusals, OfDataFiles) {
  expect_refusals({
      dev("d.txt", "a\n", "unknown kind of data file. Use .json, .jsonl, .csv, .tsv or .yaml."),
      dev("d.jsonl", "", "no examples. Add at least one record."),
      dev("d.jsonl", "[1]\n", "expected an object with named fields"),
      dev("d.jsonl", "{\"question\": 1, \"result\": 2}\n", "cannot tell which field is the"),
      dev("d.jsonl", "{\"input\": \"a\", \"output\": \"b\"}\n{\"input\": \"a\"}\n",
          "d.jsonl:2: the field \"output\" is missing"),
      dev("d.jsonl", "{\"input\": \"a\", \"output\": []}\n",
          "the field \"output\" holds no text: it is an empty list or object"),
      dev("d.jsonl", "{\"input\": \"a\", \"output\": null}\n", "the field \"output\" is null"),
      dev("d.jsonl", "{\"input\": \" \", \"output\": \"b\"}\n", "the model would be asked nothing"),
      dev("d.jsonl", "{\"input\": \"a\", \"output\": \"b\"\n", "d.jsonl:1:"),
      dev("d.json", "{\"input\": 1}", "expected a list of records, an object that holds one"),
      dev("d.csv", "input,output\na,b,c\n", "this row has 3 cells, the header row 2"),
      dev("d.csv", "input,\na,b\n", "cannot tell which field is the output among input"),
      dev("d.csv", "input,output,input\na,b,c\n", "the column \"input\" stands twice"),
      dev("d.csv", "input,output\na\"b,c\n", "a double quote stands inside a cell"),
      dev("d.csv", "input,output\n\"a,b\n", "a quoted cell that begins in this row never ends"),
      dev("d.csv", "input,output\n\xff,b\n", "d.csv:2: this line is not valid UTF-8"),
      dev("d.jsonl", "{\"input\": \"\xff\", \"output\": \"b\"}\n", "UTF-8"),
  });
}

TEST_F(Refusals, OfSplits) {
  const auto split = [](json sizes) {
    return json{
        {"data", {{"dev", nullptr}, {"test", nullptr}, {"file", "dev.jsonl"}, {"split", sizes}}}};
  };
  expect_refusals({
      {split({{"dev", 1.5}}), "is neither a count nor a fraction below 1"},
      {split({{"dev", 0.01}}), "is less than one for dev"},
      {split({{"dev", 15}, {"test", 15}}), "want 30 examples together, the file has"},
      {{{"data",
         {{"dev", nullptr}, {"test", nullptr}, {"file", "same.jsonl"}, {"split", {{"dev", 1}}}}}},
       "because examples of equal",
       "same.jsonl",
       "{\"input\": \"a\", \"output\": \"b\"}\n{\"input\": \"a\", \"output\": \"b\"}\n"},
  });
}

TEST_F(Refusals, OfCandidates) {
  const auto file = [](const std::string& name, const std::string& text, const std::string& words) {
    return Wrong{{{"candidates", {{"file", name}}}}, words, name, text};
  };
  expect_refusals({
      file("c.docx", "a\n", "unknown kind of candidates file. Use .jsonl"),
      file("c.md", "\n", "an empty prompt"),
      file("c.txt", "You help.\n\nBe brief.\n", "c.txt:2: an empty candidate"),
      file("c.txt", "a\n\xff\n", "c.txt:2: this line is not valid UTF-8"),
      file("c.jsonl", "{\"text\": \"a\"}\n", "or a field or column \"prompt\" that holds one"),
      file("c.jsonl", "\"\"\n", "an empty candidate. Remove it or write its prompt."),
      file("c.txt", "", "c.txt"),
      file("c.csv", "text\na\n", "\"prompt\""),
  });
}

// The .npy format, version 1.0, with this header.
std::string npy(std::string header, const std::string& data = "") {
  header.resize(118, ' ');
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + data;
}
std::string npy_of(const std::string& type, const std::string& shape) {
  return npy("{'descr': " + type + ", 'fortran_order': False, 'shape': " + shape + "}");
}

TEST_F(Refusals, OfEmbeddings) {
  const auto file = [](const std::string& name, const std::string& text, const std::string& words) {
    return Wrong{{{"embeddings", {{"file", name}}}}, words, name, text};
  };
  const auto rows = [](const std::string& first) {
    std::string text = first + "\n";
    for (int i = 1; i < 24; ++i) text += "1,2\n";
    return text;
  };
  expect_refusals({
      file("e.bin", "x", "unknown kind of embeddings file. Use .npy, .json or .csv."),
      file("e.npy", "x", "is no .npy file"),
      file("e.npy", std::string("\x93NUMPY\x09\x00\x01\x00{", 11), "has .npy format 9.0"),
      file("e.npy", std::string("\x93NUMPY\x02\x00\x01\x00", 10), "ends inside its .npy header"),
      file("e.npy", std::string("\x93NUMPY\x01\x00\xff\x00{", 11), "it claims 255 bytes"),
      file("e.npy", npy("{'descr'}"), "the header of this .npy file is malformed"),
      file("e.npy", npy_of("[('a', '<f4')]", "(24, 2)"), "holds records, expected floats"),
      file("e.npy", npy_of("'<i4'", "(24, 2)"), "holds elements of type \"<i4\""),
      file("e.npy", npy_of("'<f4'", "(24,)"), "has 1 dimension(s), expected two"),
      file("e.npy", npy_of("'<f4'", "(0, 2)"), "is empty: its shape is [0 x 2]"),
      file("e.npy", npy_of("'<f4'", "(24, 2)"), "holds 0 bytes of data, but its shape"),
      file("e.csv", rows("1,nan"), "row 0 (counted from 0) holds NaN or an infinite value"),
      file("e.csv", rows("0,0"), "row 0 (counted from 0) is zero throughout"),
      file("e.csv", rows("1,2,3"), "this row has 2 number(s), the first has 3"),
      file("e.csv", rows("1,2") + "x,1\n", "\"x\" is not a number"),
      file("e.csv", rows("1,2") + "1,2\n1,2\n", "26"),
      file("e.csv", "", "no embeddings."),
      file("e.json", "[]", "no embeddings."),
      file("e.json", "[1]", "expected an array of numbers"),
      file("e.json", "[[\"a\"]]", "holds something that is not a number"),
      file("e.json", "{}", "expected an array of rows"),
  });
}

TEST_F(Refusals, OfMethodsAndTheirOptions) {
  const auto options = [](const std::string& method, json of) {
    return json{{"optimizer", {{"method", method}, {"options", std::move(of)}}}};
  };
  const json small = {{"W", {{1.0}}}, {"b", {0.0}}};
  expect_refusals({
      {{{"optimizer", {{"method", "zopoo"}}}}, "zopo"},
      {options("zopo", {{"beta", -1}}), "it must be a number from"},
      {options("zopo", {{"evidence", 3}}), "it must be true or false"},
      {options("zopo", {{"kernel", "ntk"}}), "it must be one of"},
      {options("zopo", {{"block", 1.5}}), "it must be a whole number from"},
      {options("zopo", {{"bta", 1}}), "Method zopo has no option \"bta\""},
      {options("random", {{"beta", 1}}), "(it has racing"},
      {options("zopo-reference", {{"layers", 3}}), "\"layers\" must be a list of"},
      {options("zopo-reference", {{"hidden", {0}}}), "a width in \"hidden\" is below 1"},
      {options("zopo-reference", {{"layers", {small}}}), "the network takes 1 numbers"},
      {options("zopo-reference", {{"layers", {{{"W", {{1, 2}, {1}}}, {"b", {0, 0}}}}}}),
       "the rows of a layer's \"W\" differ in length"},
      {options("zopo-reference", {{"layers", json::array()}}), "The network has no layers"},
      {options("zopo-reference", {{"layers", {small, {{"W", {{1, 2}}}, {"b", {0}}}}}}),
       "Layer 2 of the network has weights"},
      {options("zopo-reference", {{"initial", {99}}}), "which is no candidate"},
      {options("zopo-reference", {{"initial", {1, 1}}}), "\"initial\" holds 1 twice"},
  });
}

TEST_F(Refusals, OfBenchFiles) {
  const std::string landscape =
      R"({"task": "t", "candidates": ["a", "b"], "scores": {"m": [0.1, 0.9]}})";
  const std::string methods = R"(, "methods": ["random"]})";
  const auto bench = [&](const std::string& text, const std::string& words) {
    SCOPED_TRACE(text);
    dir_.write("bench.json", text);
    const Finished run = zopo({"bench", "bench.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(words));
  };
  const std::string begin = R"({"landscapes": ["l.json"])";
  dir_.write("l.json", landscape);
  bench(R"({"landscapes": ["no*.json"])" + methods, "no*.json");
  bench(begin + R"(, "methods": ["randm"]})", "unknown method \"randm\"");
  bench(begin + R"(, "methods": ["random", "random"]})", "two methods are called \"random\"");
  bench(begin + R"(, "budget": 3)" + methods, "a budget of evaluations goes with");
  bench(begin + R"(, "noise": "none", "dev": 3)" + methods, "has no examples; set \"budget\"");
  bench(begin + R"(, "calls": 5)" + methods, "leave nothing of 5 to search with");
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {R"({"candidates": ["a"]})", "a landscape needs \"scores\""},
           {R"({"candidates": [], "scores": {}})", "there are no candidates"},
           {R"({"candidates": [1], "scores": {}})", "a candidate has to be a string"},
           {R"({"candidates": ["a"], "scores": {"m": [2]}})", "a number from 0 to 1"},
           {R"({"candidates": ["a"], "scores": {"m": [0.5]}})", "nothing to compare on"}}) {
    dir_.write("l.json", text);
    bench(begin + methods, words);
  }
}

TEST_F(Refusals, OfRunsThatCannotBeCompared) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string run = run_dir().string();
  const auto refuse = [&](const char* name, const std::string& text, const std::string& words) {
    const std::string whole = file(name);
    std::ofstream(run_dir() / name, std::ios::binary) << text;
    const Finished compared = zopo({"compare", run, run});
    EXPECT_EQ(compared.exit_code, 2);
    EXPECT_THAT(compared.err, HasSubstr(words));
    std::ofstream(run_dir() / name, std::ios::binary) << whole;
  };
  const std::string header = "split,prompt_id,example,state,score\r\n";
  const std::string best = std::to_string(result()["best"]["id"].get<int>());
  refuse("evaluations.csv", "a,b\r\n", "its header is not that of a run's answers");
  refuse("evaluations.csv", header + "test\r\n", "line 2: 1 cells, the header has 5");
  refuse("evaluations.csv", header + "test," + best + ",0,ok,x\r\n", "line 2: no number where");
  refuse("evaluations.csv", header + "test," + best + ",900,ok,1\r\n",
         "example 900 is none of the 30 in manifest.json");
  EXPECT_EQ(zopo({"compare", run, run}).exit_code, 0);
  std::filesystem::remove(run_dir() / "result.json");
  EXPECT_THAT(zopo({"compare", run, run}).err, HasSubstr("is missing. Finish the run by"));
  EXPECT_THAT(zopo({"evaluate", "--run", run}).err, HasSubstr("result.json"));
}

TEST_F(Refusals, OfWhatACommandNeedsOfTheTask) {
  write_task({{"data", {{"test", nullptr}}}, {"prompt", {{"baseline", nullptr}}}});
  const auto refuse = [&](std::vector<std::string> args, const std::string& words) {
    args.insert(args.begin() + 1, {"--task", "task.json"});
    const Finished run = zopo(args);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(words));
  };
  refuse({"evaluate", "--prompt", "a", "--split", "test"}, "--split test: the task has no test");
  refuse({"evaluate", "--baseline"}, "--baseline: the task names none");
  refuse({"generate", "--out", "c.md"}, "--out c.md: the extension says the kind");
  EXPECT_EQ(server_.requests().size(), 0u);
}

}  // namespace
}  // namespace zopo::test
