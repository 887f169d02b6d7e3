package dev.sluice.batching;

import dev.sluice.inference.Deadline;
import java.util.List;

/// The waiting inputs of one shape, as a decision sees them.
///
/// @param waiting oldest first; may end early when it holds as many inputs as one run can take
/// @param rowsPerNano how fast rows arrive
public record QueueView(List<Waiting> waiting, double rowsPerNano) {
  public QueueView {
    waiting = List.copyOf(waiting);
  }

  /// An input that waits.
  public record Waiting(int rows, long sinceNanos, Deadline deadline) {
    /// The time that it was given when it came.
    long budgetNanos() {
      return deadline.remainingNanos(sinceNanos);
    }
  }
}
