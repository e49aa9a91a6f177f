// Writes what came of a run. Called by zopo optimize at a run's end, whatever ended it.

#include "run/result_files.h"

#include <nlohmann/json.hpp>

#include "run/records.h"
#include "zopo/report/records.h"
#include "zopo/run/written_files.h"

namespace zopo::run {

void write_result_files(const store::RunDir& directory,
                        const report::RunResult& result,
                        const Inputs& inputs,
                        const Answers& answers,
                        const std::optional<Winner>& winner,
                        const std::string& model) {
  directory.write("result.json", report::to_json(result).dump(2) + "\n");
  directory.write("evaluations.csv", report::evaluations_csv(rows_of(inputs, answers, winner)));
  if (const auto scores = scores_json(inputs, answers, result.task, model))
    directory.write("scores.json", *scores);
  if (answers.written) directory.write("rejected.jsonl", rejected_jsonl(answers.written->dropped));
  if (!winner) return;
  const auto best = static_cast<std::size_t>(*result.best->id);
  directory.write("best_prompt.txt", inputs.candidates.at(best).text() + "\n");
}

}  // namespace zopo::run
