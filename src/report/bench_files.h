#pragma once
// The kinds of files that a bench's summary is written as.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "zopo/report/export.h"

namespace zopo::report {

std::string bench_csv(const nlohmann::json& summary);  // a row a cell; RFC 4180
std::string bench_junit(const nlohmann::json& summary, std::span<const Check> checks);
std::string bench_markdown(const nlohmann::json& summary, std::span<const Check> checks);
// One page that needs no network and no script: tables, curves and profile, light or dark as the
// reader's system is.
std::string bench_page(const nlohmann::json& summary, std::span<const Check> checks);

// What they share.

// The methods' names, the best average rank first; by name where there are no ranks.
std::vector<std::string> methods_by_rank(const nlohmann::json& summary);
// "navigate · small · evaluation.examples=10" of a cell
std::string subject_of(const nlohmann::json& cell);
// "0.500 [0.400, 0.600]"
std::string with_interval(double value, const nlohmann::json& ci);
// A header and rows of equal length.
using TextTable = std::vector<std::vector<std::string>>;
// One line a method: figures on landscapes, on live tasks, rank.
TextTable methods_table(const nlohmann::json& summary);
// Of a bench with variants: a line each, auc / final of the methods; only a header without.
TextTable variants_table(const nlohmann::json& summary);
// Groups of methods that do not differ, "zopo, ntk-ucb", one each.
std::vector<std::string> groups_of_methods(const nlohmann::json& summary);

}  // namespace zopo::report
