package dev.sluice.control;

import dev.sluice.experiment.Counters;
import java.time.Instant;
import java.util.List;

/// What the processes have counted. Thread-safe; blocks.
public interface Reports {
  /// Takes the cumulative counters of one process at the end of a window. The same process and
  /// window again: the first stands.
  void append(String model, Counters counters) throws StoreUnavailable;

  /// What was counted of a model.
  ///
  /// @param until the end of the last window that was taken
  Counted counted(String model, Instant until) throws StoreUnavailable;

  /// Reports around a moment.
  ///
  /// @param last the newest of each process whose window ended then or before, but within an hour
  /// @param later those whose window ended after it
  record Counted(List<Counters> last, List<Counters> later) {
    public Counted {
      last = List.copyOf(last);
      later = List.copyOf(later);
    }
  }

  /// Forgets what ended before.
  void forgetReports(Instant before) throws StoreUnavailable;
}
