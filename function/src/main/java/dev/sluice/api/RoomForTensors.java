package dev.sluice.api;

import dev.sluice.admission.ByteBudget;
import dev.sluice.inference.Buffers;
import java.nio.ByteBuffer;

/// Buffers of which there are only so many bytes at once. Thread-safe.
record RoomForTensors(Buffers buffers, ByteBudget budget) implements Buffers {
  /// There is no room now.
  static final class NoRoom extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super("no room for tensors now", null, false, false);
    }
  }

  /// @throws NoRoom when the budget has no room for it
  @Override
  public ByteBuffer take(int bytes) {
    ByteBuffer taken = buffers.take(bytes);
    if (!budget.tryTake(taken.capacity())) {
      buffers.give(taken);
      throw new NoRoom();
    }
    return taken;
  }

  @Override
  public void give(ByteBuffer buffer) {
    int bytes = buffer.capacity();
    buffers.give(buffer);
    budget.give(bytes);
  }
}
