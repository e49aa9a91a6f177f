#pragma once
// The makers that registry.cpp lists: each stands in its method's own file and reads its own
// options from a JSON object (null: all defaults). They throw Failure{config}.

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "zopo/optim/method.h"

namespace zopo::optim {

using MethodMaker = std::unique_ptr<Method>(const Problem& problem, const nlohmann::json& options);

MethodMaker make_random;
MethodMaker make_nearest;
MethodMaker make_gp_ucb;
MethodMaker make_gp_ei;
MethodMaker make_ntk_ucb;
MethodMaker make_sequential_halving;
MethodMaker make_gse;
MethodMaker make_hbbops;
MethodMaker make_ucb_e;
MethodMaker make_rasch_ucb;
MethodMaker make_gittins;
MethodMaker make_top_two_thompson;
MethodMaker make_zopo;
MethodMaker make_zopo_paper;
MethodMaker make_zopo_reference;

// zopo made to evaluate whole prompts (option whole_evaluations): ntk-ucb around the mean of the
// embeddings. read: the other options, none of them read yet.
class OptionReader;
std::unique_ptr<Method> make_whole_zopo(const Problem& problem, OptionReader& read);

}  // namespace zopo::optim
