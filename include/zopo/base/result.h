#pragma once
// Result<T>: a value or an Error. For what is expected to fail while running (see error.h).
//
//   Result<Reply> reply = parse(body);
//   if (!reply) return reply.error().with_context(url);
//   use(reply->text);

#include <cassert>
#include <utility>
#include <variant>

#include "zopo/base/error.h"

namespace zopo {

template <class T>
class [[nodiscard]] Result {
 public:
  // Both implicit, for `return value;` and `return error;`.
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Require ok().
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T& value() & { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // Requires !ok().
  const Error& error() const { return assert(!ok()), std::get<1>(state_); }

  // The value; throws Failure with the error where there is none.
  T value_or_throw() && {
    if (!ok()) throw Failure(error());
    return std::get<0>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

}  // namespace zopo
