package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Classification;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.Version;
import dev.sluice.routing.Role;
import dev.sluice.routing.Routed;
import java.util.List;
import java.util.Optional;

/// What became of a call.
public sealed interface Reply {
  /// The model answered.
  ///
  /// @param labels names of the classes; empty when the model has none
  /// @param rows one for each row of the payload, in order; none where tensors were answered by
  ///     what is no classification
  /// @param outputs one for each output of the signature, in its order
  /// @param signature of the version
  record Served(
      Version version,
      Routed.Route route,
      List<String> labels,
      List<Classification> rows,
      List<Tensor> outputs,
      Signature signature,
      Standing standing)
      implements Reply {}

  /// What the prediction is to a comparison of versions.
  ///
  /// @param role of the version when it was chosen; a third version has none
  record Standing(Optional<Role> role, Exposure exposure, Outcome.Counted counted) {}

  /// The chosen version has no answer; it counts against that version.
  record Failed(Version version, ModelError.Kind kind) implements Reply {}

  /// The deadline passed. It counts against the version only if a run had begun: time in a queue
  /// says nothing about it.
  record Expired(Version version, Answer.Reached reached) implements Reply {}

  /// More waits for this version than it can answer in time; nothing was run.
  record Busy(Version version) implements Reply {}

  /// The payload does not fit the model; found before a variant was chosen.
  record Unfit(String detail) implements Reply {}

  /// The caller asked for a variant that the model does not have.
  record NoSuchVariant() implements Reply {}

  /// There is no such model.
  record NoSuchModel(String model) implements Reply {}
}
