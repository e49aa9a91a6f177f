#pragma once
// What can go wrong, in kinds that the command line turns into exit codes.
//
// Two roads, by who can do something about it:
//  - what is expected to happen while running (network, a bad reply) travels as Result<T>, see
//  result.h;
//  - what the user must mend (usage, task file, data) is thrown as Failure and caught once, in cli.

#include <stdexcept>
#include <string>
#include <utility>

namespace zopo {

enum class ErrorKind {
  internal,     // a bug or an exhausted machine
  usage,        // wrong command line
  config,       // wrong task file or settings
  data,         // wrong data, candidates or embeddings
  api,          // the endpoint refused this request for good (400, 413, 422, a content filter)
  auth,         // 401, 403, missing key
  refused,      // the endpoint refuses every request: no credit, no such model, a bad certificate
  network,      // no connection, time-outs, retries used up
  budget,       // a cap on calls, tokens, dollars or seconds was reached
  incomplete,   // an evaluation stayed incomplete
  offline,      // --offline and the answer is not stored
  interrupted,  // SIGINT or SIGTERM
};

// A sentence for the person who has to act, and its kind.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;

  // The same error with "context: " in front of the message.
  Error with_context(const std::string& context) const { return {kind, context + ": " + message}; }
};

// Thrown for what the user must mend. what() is a whole sentence: what, which value, where, what to
// do.
class Failure : public std::runtime_error {
 public:
  Failure(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  explicit Failure(const Error& error) : Failure(error.kind, error.message) {}
  ErrorKind kind() const { return kind_; }
  Error error() const { return {kind_, what()}; }

 private:
  ErrorKind kind_;
};

}  // namespace zopo
