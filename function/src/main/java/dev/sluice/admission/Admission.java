package dev.sluice.admission;

import java.time.Duration;
import java.util.Optional;

/// Whether a request may come in.
public sealed interface Admission {
  /// It may; its permit is closed when it is over, however it ends.
  record Admitted(Permit permit) implements Admission {}

  /// It may not.
  ///
  /// @param policy name of the rate policy that was violated
  /// @param retryAfter when it makes sense to come again
  record Rejected(Reason reason, Optional<String> policy, Duration retryAfter)
      implements Admission {}
}
