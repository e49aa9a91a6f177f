#include "cli/exit_code.h"

namespace zopo::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return kInternal;
    case ErrorKind::usage:
    case ErrorKind::config:
    case ErrorKind::data:
      return kUsage;
    case ErrorKind::api:
    case ErrorKind::auth:
    case ErrorKind::refused:
    case ErrorKind::network:
    case ErrorKind::offline:
      return kApi;
    case ErrorKind::budget:
      return kCapReached;
    case ErrorKind::incomplete:
      return kIncomplete;
    case ErrorKind::interrupted:
      return kInterrupted;
  }
  return kInternal;
}

}  // namespace zopo::cli
