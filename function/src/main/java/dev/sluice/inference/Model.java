package dev.sluice.inference;

import java.util.List;

/// A loaded version that can be run. Safe for concurrent runs.
public interface Model extends AutoCloseable {
  Signature signature();

  /// Runs the model once; blocks the calling thread.
  ///
  /// @param inputs one tensor for each input of the signature, in its order; only read, and not
  ///     kept
  ///     after the call
  /// @param deadline the run is ended soon after it has passed
  /// @return one tensor for each output of the signature, in its order, owned by the caller
  /// @throws ModelError when there is no answer
  List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError;

  /// Frees the memory of the model; no run may be under way.
  @Override
  void close();
}
