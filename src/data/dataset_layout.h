#pragma once
// Records -> examples.

#include <string>
#include <vector>

#include "records.h"
#include "zopo/data/dataset.h"

namespace zopo::data {

// Recognises the layout by the first record and holds all others to it. Throws Failure{data}: no
// records, one that is no object, a field that is missing, null or empty.
Dataset dataset_of(std::vector<Record> records, const std::string& name, const FieldMap& fields);
Dataset dataset_of(RecordSet set, const std::string& name, const FieldMap& fields);

}  // namespace zopo::data
