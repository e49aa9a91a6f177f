#pragma once
// Which field is the input and which the output, where no name tells it.

#include <filesystem>
#include <optional>
#include <string>

#include "zopo/data/dataset.h"

namespace zopo::data {

// Input and output of records with two fields of which none, or one, has a name that is known: the
// output is the one that says few different things, or else the second. Nothing where the fields
// are known, or there are more than two; load_dataset says what is missing then. side: of a file
// with splits.
std::optional<FieldMap> guessed_fields(const std::filesystem::path& file, const std::string& side);

}  // namespace zopo::data
