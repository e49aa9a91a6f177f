#pragma once
// What a call throws, as a value to look at.
//
//   EXPECT_THAT(failure_of([&] { load(file); }), FailsWith(ErrorKind::data, HasSubstr("line 3")));

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "zopo/base/error.h"

namespace zopo::test {

template <class Call>
std::optional<Error> failure_of(Call call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure.error();
  }
  return std::nullopt;
}

MATCHER_P2(FailsWith, kind, message, "") {
  if (!arg) {
    *result_listener << "nothing was thrown";
    return false;
  }
  *result_listener << "the message is: " << arg->message;
  return arg->kind == kind && testing::SafeMatcherCast<std::string>(message).Matches(arg->message);
}

}  // namespace zopo::test
