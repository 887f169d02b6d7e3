package dev.sluice.serving;

import dev.sluice.batching.CostCurve;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Input;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Pixels;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/// Runs a version on made-up rows, before anybody waits for it: the first runs are slow, the
/// memory of the largest batch is taken early, and the times are the curve that batching goes by.
public final class WarmUp {
  private static final Duration LONGEST_RUN = Duration.ofSeconds(30);
  private static final int ROUNDS_BEFORE_MEASURING = 20;

  private final Inputs inputs;
  private final Duration requestDeadline;
  private final LongSupplier clock;

  public WarmUp(Inputs inputs, Duration requestDeadline, LongSupplier clock) {
    this.inputs = inputs;
    this.requestDeadline = requestDeadline;
    this.clock = clock;
  }

  /// Warms a version up and measures what a run costs by its number of rows.
  ///
  /// @throws ModelError when it cannot run a single row
  public CostCurve measure(Loaded loaded) throws ModelError {
    long patience = requestDeadline.toNanos() / 4;
    for (int round = 0; round < ROUNDS_BEFORE_MEASURING && patience > 0; round++) {
      patience -= timed(loaded, 1);
    }
    return CostCurve.measure(rows -> timed(loaded, rows), plan(loaded));
  }

  /// For pictures and texts the first axis is that of the rows; of a model of tensors that is not
  /// known, so it is tried out.
  private CostCurve.Measuring plan(Loaded loaded) {
    var plan = CostCurve.Measuring.of(loaded.model().signature(), requestDeadline);
    return switch (loaded.task()) {
      case TextTask text -> plan;
      case ImageTask image -> plan;
      case TensorTask tensors ->
          plan.sizes().size() == 1 || RowTrial.passed(loaded.model(), inTime())
              ? plan
              : new CostCurve.Measuring(List.of(1), plan.rounds(), plan.longest());
    };
  }

  private long timed(Loaded loaded, int rows) throws ModelError {
    try (Input input = made(loaded, rows)) {
      long began = clock.getAsLong();
      List<Tensor> outputs = loaded.model().run(input.tensors(), inTime());
      switch (loaded.task()) {
        case TextTask text -> Outputs.read(outputs, text, rows);
        case ImageTask image -> Outputs.read(outputs, image, rows);
        case TensorTask tensors -> {}
      }
      return clock.getAsLong() - began;
    }
  }

  private Deadline inTime() {
    return new Deadline(clock.getAsLong() + LONGEST_RUN.toNanos());
  }

  private Input made(Loaded loaded, int rows) throws ModelError {
    return switch (loaded.task()) {
      case TextTask text ->
          inputs.of(
              new Payload.Texts(
                  Collections.nCopies(rows, "The quick brown fox jumps over it all.")),
              loaded);
      case ImageTask image ->
          inputs.of(
              new Payload.Pictures(
                  Collections.nCopies(rows, new Pixels(1, 1, 1, new byte[] {(byte) 128})),
                  OptionalInt.empty()),
              loaded);
      case TensorTask tensors -> MadeUp.zeros(loaded.model().signature(), rows);
    };
  }
}
