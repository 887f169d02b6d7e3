package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// An infer request that fits its model. It holds the buffers of its tensors; whoever has it closes
/// it when nobody can read them any more. Closing again does nothing. Thread-safe as far as the
/// tensors are not moved in.
public final class InferRequest implements AutoCloseable {
  private final Optional<String> id;
  private final OptionalLong timeoutMicros;
  private final List<Given> inputs;
  private final List<Wanted> outputs;
  private final Buffers buffers;
  private final List<ByteBuffer> held;
  private final AtomicBoolean closed = new AtomicBoolean();

  InferRequest(
      Optional<String> id,
      OptionalLong timeoutMicros,
      List<Given> inputs,
      List<Wanted> outputs,
      Buffers buffers,
      List<ByteBuffer> held) {
    this.id = id;
    this.timeoutMicros = timeoutMicros;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.buffers = buffers;
    this.held = held;
  }

  /// What the caller calls it; the answer repeats it.
  public Optional<String> id() {
    return id;
  }

  /// The caller's deadline from now on, in microseconds; empty for none, or for the 0 that means
  /// none.
  public OptionalLong timeoutMicros() {
    return timeoutMicros;
  }

  /// In the signature's order. Only an input that has a default in the model may be missing here.
  /// Numbers lie in direct buffers of native order.
  public List<Given> inputs() {
    return inputs;
  }

  /// In the order asked for; all of the signature's, in its order, where none was named.
  public List<Wanted> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      held.forEach(buffers::give);
    }
  }
}
