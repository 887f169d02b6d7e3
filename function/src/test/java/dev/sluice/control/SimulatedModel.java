package dev.sluice.control;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// A model of texts that fails by chance and takes time by moving the clock.
final class SimulatedModel implements Model {
  private static final double MEDIAN_NANOS = 20e6;
  private static final double SIGMA = 0.4;
  private static final int CLASSES = 2;

  private final double errors;
  private final AtomicLong clock;
  private final RandomGenerator chance;
  private long runs;
  private long failures;

  /// @param errors the part of its runs that fail
  /// @param clock nanoseconds of the virtual time
  SimulatedModel(double errors, AtomicLong clock, RandomGenerator chance) {
    this.errors = errors;
    this.clock = clock;
    this.chance = chance;
  }

  synchronized long runs() {
    return runs;
  }

  synchronized long failures() {
    return failures;
  }

  @Override
  public Signature signature() {
    return new Signature(
        List.of(new Signature.Port("text", ElementType.STRING, List.of(Signature.ANY))),
        List.of(
            new Signature.Port(
                "probabilities", ElementType.FLOAT, List.of(Signature.ANY, (long) CLASSES))));
  }

  @Override
  public synchronized List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError {
    runs++;
    clock.addAndGet((long) (MEDIAN_NANOS * Math.exp(SIGMA * chance.nextGaussian())));
    if (chance.nextDouble() < errors) {
      failures++;
      throw new ModelError(ModelError.Kind.FAILED, "by chance");
    }
    var bytes = ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.putFloat(0.9f).putFloat(0.1f);
    return List.of(
        new Tensor.Numbers(ElementType.FLOAT, List.of(1L, (long) CLASSES), bytes.flip()));
  }

  @Override
  public void close() {}
}
