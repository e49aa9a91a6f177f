#include "zopo/base/log.h"

#include <gtest/gtest.h>

namespace zopo {
namespace {

TEST(Redaction, KeysAreReplacedWhereverTheyStand) {
  redact_in_logs("sk-unit-4711");
  EXPECT_EQ(redacted("Bearer sk-unit-4711, xsk-unit-4711x"), "Bearer [redacted], x[redacted]x");
}

TEST(Redaction, PlaceholdersMangleNoWords) {
  redact_in_logs("EMPTY");
  redact_in_logs("ollama");
  redact_in_logs("complete");
  EXPECT_EQ(redacted("EMPTY replies of ollama"), "EMPTY replies of ollama");
  EXPECT_EQ(redacted("chat/completes, complete."), "chat/completes, [redacted].");
}

}  // namespace
}  // namespace zopo
