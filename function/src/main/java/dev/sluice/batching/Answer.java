package dev.sluice.batching;

import dev.sluice.inference.ModelError;
import dev.sluice.inference.Tensor;
import java.util.List;

/// What became of an input.
public sealed interface Answer {
  /// The model answered.
  ///
  /// @param outputs one for each output of the signature, for the rows of this input only
  /// @param queueNanos from submission until its run began
  /// @param runNanos how long that run took
  /// @param batchRows rows that the run had in all
  record Done(List<Tensor> outputs, long queueNanos, long runNanos, int batchRows)
      implements Answer {
    public Done {
      outputs = List.copyOf(outputs);
    }
  }

  /// The model has no answer for this input.
  record Failed(ModelError error) implements Answer {}

  /// The deadline has passed, or would have before a run could end.
  record Expired(Reached reached) implements Answer {}

  /// More is waiting than can be answered in time; nothing was run.
  record Full() implements Answer {}

  /// The version is being taken away; nothing was run.
  record Closed() implements Answer {}

  /// How far an expired input came.
  enum Reached {
    /// Only the queue: the model never saw it.
    QUEUE,
    /// A run had begun with it.
    RUN
  }
}
