package dev.sluice.batching;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Input;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Answers each row with its first value plus one. Keeps the first values and the widths of every
/// run, so that a test sees who ran with whom.
final class FakeModel implements Model {
  /// Happens before each run.
  interface Script {
    void before(List<Float> firsts, Deadline deadline) throws ModelError;
  }

  final List<List<Float>> runs = Collections.synchronizedList(new ArrayList<>());
  final ConcurrentLinkedQueue<Long> widths = new ConcurrentLinkedQueue<>();
  final AtomicInteger closed = new AtomicInteger();
  private final Script script;

  FakeModel(Script script) {
    this.script = script;
  }

  static FakeModel obedient() {
    return new FakeModel((firsts, deadline) -> {});
  }

  /// Breaks on every run with this value in it.
  static FakeModel poisonedBy(float value) {
    return new FakeModel(
        (firsts, deadline) -> {
          if (firsts.contains(value)) {
            throw new ModelError(ModelError.Kind.FAILED, "poisoned");
          }
        });
  }

  /// An input of `rows` rows which all say `value`.
  static Input input(float value, int rows, int width, Runnable release) {
    ByteBuffer data = ByteBuffer.allocateDirect(rows * width * 4).order(ByteOrder.nativeOrder());
    IntStream.range(0, rows * width).forEach(at -> data.putFloat(at * 4, value));
    return new Input(
        List.of(new Tensor.Numbers(ElementType.FLOAT, List.of((long) rows, (long) width), data)),
        rows,
        release);
  }

  static List<Float> values(Tensor tensor) {
    List<Float> values = new ArrayList<>();
    if (tensor instanceof Tensor.Numbers numbers) {
      ByteBuffer data = numbers.data().duplicate().order(ByteOrder.nativeOrder());
      while (data.hasRemaining()) {
        values.add(data.getFloat());
      }
    }
    return values;
  }

  @Override
  public Signature signature() {
    return new Signature(
        List.of(new Signature.Port("x", ElementType.FLOAT, List.of(Signature.ANY, 2L))),
        List.of(new Signature.Port("y", ElementType.FLOAT, List.of(Signature.ANY))));
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError {
    if (!(inputs.getFirst() instanceof Tensor.Numbers numbers)) {
      throw new ModelError(ModelError.Kind.INVALID_ARGUMENT, "numbers expected");
    }
    int rows = Math.toIntExact(numbers.shape().getFirst());
    int width = Math.toIntExact(numbers.shape().get(1));
    List<Float> all = values(numbers);
    List<Float> firsts = IntStream.range(0, rows).mapToObj(row -> all.get(row * width)).toList();
    runs.add(firsts);
    widths.add((long) width);
    script.before(firsts, deadline);
    ByteBuffer out = ByteBuffer.allocateDirect(rows * 4).order(ByteOrder.nativeOrder());
    firsts.forEach(value -> out.putFloat(value + 1));
    return List.of(new Tensor.Numbers(ElementType.FLOAT, List.of((long) rows), out.flip()));
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
