#include "zopo/base/log.h"

#include <gtest/gtest.h>

namespace zopo {
namespace {

TEST(Redaction, KeysAreReplacedWhereverTheyStand) {
  redact_in_logs("sk-unit-4711");
  EXPECT_EQ(redacted("Bearer sk-unit-4711, xsk-unit-4711x"), "Bearer [redacted], x[redacted]x");
}

TEST(Redaction, KeysAreFoundInOtherCaseAndInAnAddress) {
  redact_in_logs("Sk-Unit/0815+z==");
  EXPECT_EQ(redacted("no key SK-UNIT/0815+Z== here"), "no key [redacted] here");
  EXPECT_EQ(redacted("/v1?key=Sk-Unit%2F0815%2Bz%3D%3D&a=1"), "/v1?key=[redacted]&a=1");
  EXPECT_EQ(redacted("/v1?key=sk-unit%2f0815%2bz%3d%3d"), "/v1?key=[redacted]");
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
