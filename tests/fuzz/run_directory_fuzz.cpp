// A run's files of any bytes, as resume, evaluate, compare, report and --out read them: a value or
// a Failure. The input is kFiles, parted by lines "----".

#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/fuzz/scratch_folder.h"
#include "zopo/base/error.h"
#include "zopo/report/comparison.h"
#include "zopo/report/export.h"
#include "zopo/report/html_report.h"
#include "zopo/run/manifest.h"
#include "zopo/store/run_dir.h"

namespace {

void write_parts(std::string_view input) {
  constexpr std::array kFiles = {"manifest.json",   "result.json",      "trace.jsonl",
                                 "evaluations.csv", "candidates.jsonl", "map.json",
                                 "timing.json"};
  constexpr std::string_view kLine = "----\n";
  for (const char* name : kFiles) {
    const std::size_t end = std::min(input.find(kLine), input.size());
    zopo::fuzz::write_scratch(name, input.substr(0, end));
    input.remove_prefix(std::min(end + kLine.size(), input.size()));
  }
}

template <class Read>
void value_or_failure(Read read) {
  try {
    read();
  } catch (const zopo::Failure& failure) {
    if (failure.kind() == zopo::ErrorKind::internal) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  write_parts({reinterpret_cast<const char*>(data), size});
  const std::filesystem::path folder = zopo::fuzz::scratch_folder();
  const auto run = zopo::store::RunDir::open(folder);
  value_or_failure([&] { zopo::run::resumed_task(run); });
  value_or_failure([&] { zopo::run::evaluated_prompts(run); });
  value_or_failure([&] { zopo::run::best_prompt_of(run); });
  for (const char* copy : {"copy.md", "copy.junit.xml"}) {
    value_or_failure([&] {
      zopo::report::export_run(folder, folder / copy, zopo::report::kind_of_run(folder), {});
    });
  }
  value_or_failure([&] {
    const auto loaded = zopo::report::load_run(folder);
    zopo::report::summary_text(zopo::report::compare(loaded, loaded));
  });
  value_or_failure([&] { zopo::report::html_report(std::span(&folder, 1)); });
  return 0;
}
