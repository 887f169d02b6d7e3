package dev.sluice.inference;

import java.nio.ByteBuffer;

/// Lends direct buffers in native order, for tensors that reach the runtime without a copy.
/// Thread-safe.
public interface Buffers {
  /// A buffer whose limit is `bytes`; its content is what it was.
  ByteBuffer take(int bytes);

  /// Gives back a buffer that nobody reads or writes any more.
  void give(ByteBuffer buffer);
}
