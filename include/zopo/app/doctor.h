#pragma once
// `zopo doctor`: one call to every endpoint of a task, to see whether a run would get through.

#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/settings/settings.h"

namespace zopo::app {

struct Probe {
  std::string what;  // chat, judge, writer, embeddings
  std::string host;  // without user, password and path
  bool works = false;
  double seconds = 0;        // of the one call
  std::string model = {};    // as the endpoint returned it; "" where it does not say
  std::string finding = {};  // what came, or what went wrong
  std::string advice = {};   // what to do, when it does not work
  Error error = {};          // when it does not work
};

// Sends one chat request, and one text to the endpoint of embeddings where there is one. Nothing is
// retried, stored or looked up.
std::vector<Probe> probe_endpoints(const settings::Settings& settings);

}  // namespace zopo::app
