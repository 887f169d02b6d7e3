package dev.sluice.control;

import dev.sluice.experiment.Window;
import java.time.Instant;
import java.util.List;

/// Where windows come from. A function of what was counted: asked again before anything was
/// consumed, it says the same or more.
public interface Observations {
  /// The windows that can be closed now and were not taken yet, in their order.
  ///
  /// @throws Unreadable when it cannot be said what was counted
  List<Window> since(RolloutRecord rollout, Instant now) throws Unreadable;

  /// Nobody knows what was counted.
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    public Unreadable(String message) {
      super(message);
    }

    public Unreadable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
