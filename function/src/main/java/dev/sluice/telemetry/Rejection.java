package dev.sluice.telemetry;

import dev.sluice.api.Problem;
import java.util.Optional;

/// Why a request was refused: the closed list behind the label `reason`.
enum Rejection {
  RATE_LIMIT("rate_limit"),
  PAYLOAD_TOO_LARGE("payload_too_large"),
  /// Whatever else is wrong with the request itself.
  BAD_INPUT("bad_input"),
  UNAUTHORIZED("unauthorized"),
  /// There is no room for it here now, or this instance takes nothing yet or no longer.
  OVERLOAD("overload"),
  DEADLINE("deadline");

  private final String label;

  Rejection(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /// Nothing for what is a failure and no refusal.
  static Optional<Rejection> of(Problem problem) {
    return switch (problem) {
      case RATE_LIMITED -> Optional.of(RATE_LIMIT);
      case PAYLOAD_TOO_LARGE -> Optional.of(PAYLOAD_TOO_LARGE);
      case BAD_REQUEST,
          INVALID_BODY,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          REQUEST_TIMEOUT,
          CONFLICT,
          URI_TOO_LONG,
          UNSUPPORTED_MEDIA_TYPE,
          EXPECTATION_FAILED,
          UNPROCESSABLE,
          HEADERS_TOO_LARGE,
          NOT_IMPLEMENTED,
          HTTP_VERSION ->
          Optional.of(BAD_INPUT);
      case UNAUTHORIZED, FORBIDDEN, ADMIN_OFF -> Optional.of(UNAUTHORIZED);
      case OVERLOADED, NOT_READY, SHUTTING_DOWN, STORE_AWAY -> Optional.of(OVERLOAD);
      case DEADLINE_EXCEEDED -> Optional.of(DEADLINE);
      case MODEL_FAILED, INTERNAL -> Optional.empty();
    };
  }
}
