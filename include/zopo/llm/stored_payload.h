#pragma once
// What a record of a response store is, for statistics and verification.

#include <string>

namespace zopo::llm {

enum class PayloadKind { answer, embedding, unreadable };

struct PayloadDescription {
  PayloadKind kind = PayloadKind::unreadable;
  std::string model;  // as the endpoint named it
};
PayloadDescription describe_payload(const std::string& payload);

}  // namespace zopo::llm
