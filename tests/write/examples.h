#pragma once
// Small datasets for the tests of this folder.

#include <initializer_list>
#include <string>
#include <utility>

#include "zopo/data/dataset.h"

namespace zopo::test {

inline data::Dataset examples_of(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  data::Dataset dataset;
  for (const auto& [input, output] : pairs) dataset.examples.push_back({input, {output}, {}});
  return dataset;
}

// Two labels, inputs of different lengths.
inline data::Dataset messages() {
  return examples_of(
      {{"My parcel with the blue lamp has not come since Monday last week", "shipping"},
       {"You took the money for my order twice this month, please check", "billing"},
       {"where is it", "shipping"},
       {"the courier left it at the wrong door", "shipping"},
       {"wrong sum on the invoice", "billing"},
       {"refund me", "billing"}});
}

}  // namespace zopo::test
