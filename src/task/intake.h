#pragma once
// What a model that was asked for instructions replied, into the account of what was made.

#include <functional>
#include <span>
#include <string>

#include "zopo/llm/chat.h"
#include "zopo/task/generate.h"

namespace zopo::task {

// Instructions join made.candidates, unless they give away what is to be scored (gives_away may be
// empty); what is none is counted. An error that every other request
// would meet as well becomes made.error.
void take_reply(const llm::ChatReply& reply,
                Way way,
                const std::function<bool(const std::string&)>& gives_away,
                Generation& made);

// Drops the candidates that repeat known, or an earlier one; at most `most` stay.
void drop_twins(std::span<const std::string> known,
                double near,
                std::int64_t most,
                Generation& made);

}  // namespace zopo::task
