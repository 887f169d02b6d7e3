package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The buffers of one request while it is read: they go back when reading ends, unless the request
/// has taken them over. Used by one thread.
final class Lent implements AutoCloseable {
  private final Buffers buffers;
  private final List<ByteBuffer> taken = new ArrayList<>();

  Lent(Buffers buffers) {
    this.buffers = buffers;
  }

  /// Of a tensor; position 0, its limit at `bytes`, native order.
  ByteBuffer take(int bytes) {
    ByteBuffer buffer = buffers.take(bytes);
    taken.add(buffer);
    return buffer;
  }

  /// All of them, for somebody else to give back.
  List<ByteBuffer> handOver() {
    List<ByteBuffer> all = List.copyOf(taken);
    taken.clear();
    return all;
  }

  @Override
  public void close() {
    taken.forEach(buffers::give);
    taken.clear();
  }
}
