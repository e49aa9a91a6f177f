#pragma once
// Which texts say nothing new: equal ones, equal ones after normalisation, and near ones.
//
//   std::vector<Twin> twins = find_twins(prompts, 0.9);
//   // twins[i].of == 3: text i says what text 3 said

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace zopo::data {

struct Twin {
  enum class Kind { none, exact, normalized, near } kind = Kind::none;
  std::size_t of = 0;  // the first text that it repeats; meaningless for none
};

// Greedy and in order: a text is compared with the earlier ones that are kept (kind none).
// normalized: equal after case, punctuation and white space. near: cosine of the built-in text
// features (words and characters, before their reduction to few dimensions) at least `near`, in
// (0, 1]; 1 turns it off. All pairs are found, by partial indexing (Bayardo, Ma and Srikant,
// "Scaling up all pairs similarity search", WWW 2007), without comparing all pairs.
std::vector<Twin> find_twins(std::span<const std::string> texts, double near);

}  // namespace zopo::data
