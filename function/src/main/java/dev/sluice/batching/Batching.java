package dev.sluice.batching;

/// Whether several inputs share a run, and if not, why.
public sealed interface Batching {
  /// Inputs share a run.
  ///
  /// @param gain rows per second at the best size, relative to single rows
  record On(int ceiling, double gain) implements Batching {}

  /// Every input runs alone.
  record Off(Why why, double gain) implements Batching {}

  enum Why {
    /// No measured size serves noticeably more rows per second than single rows.
    NO_GAIN,
    /// Only single rows were measured: the model has no free first axis, or none was asked for.
    ONE_ROW_ONLY,
    /// A single row already takes as long as a batch may take.
    TOO_SLOW,
    /// The model takes single rows, but failed on more.
    LARGER_RUN_FAILED,
    /// The settings allow one row.
    SET_TO_ONE
  }
}
