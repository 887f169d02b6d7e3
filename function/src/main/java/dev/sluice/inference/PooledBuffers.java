package dev.sluice.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Direct buffers that are used again, because the system needs long to make and to free them.
///
/// A buffer is as large as the next power of two, so that one serves many shapes; those given back
/// lie on one shelf for each size, and the last one given is the first one taken (its memory is
/// still in the cache). At most `boundBytes` lie on the shelves: what would pass the bound is left
/// to the garbage collector, so a flood of large requests leaves nothing behind. Buffers that are
/// lent out do not count.
///
/// A buffer must be given back at most once, and as the very object that was taken: a view of it
/// has another size. The lock `shelving` guards the shelves and their sum; it is held for a few
/// steps on a queue and never while memory is made.
public final class PooledBuffers implements Buffers {
  private static final int SMALLEST = 64;
  private static final int LARGEST = 1 << 30;

  private final ReentrantLock shelving = new ReentrantLock();
  private final List<ArrayDeque<ByteBuffer>> shelves =
      Stream.generate(() -> new ArrayDeque<ByteBuffer>()).limit(shelf(LARGEST) + 1L).toList();
  private final long boundBytes;
  private long keptBytes;

  public PooledBuffers(long boundBytes) {
    if (boundBytes < 0) {
      throw new IllegalArgumentException("bound must not be negative: " + boundBytes);
    }
    this.boundBytes = boundBytes;
  }

  @Override
  public ByteBuffer take(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative: " + bytes);
    }
    if (bytes > LARGEST) {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, 2 * bytes - 1)));
    ByteBuffer buffer = shelved(capacity);
    return buffer.clear().limit(bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void give(ByteBuffer buffer) {
    int capacity = buffer.capacity();
    if (!buffer.isDirect() || capacity < SMALLEST) {
      throw new IllegalArgumentException("not taken from this pool: " + buffer);
    }
    if (capacity > LARGEST) {
      return;
    }
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("not taken from this pool: " + buffer);
    }
    shelving.lock();
    try {
      if (keptBytes + capacity <= boundBytes) {
        keptBytes += capacity;
        shelves.get(shelf(capacity)).push(buffer);
      }
    } finally {
      shelving.unlock();
    }
  }

  /// Bytes that lie on the shelves.
  public long kept() {
    shelving.lock();
    try {
      return keptBytes;
    } finally {
      shelving.unlock();
    }
  }

  private ByteBuffer shelved(int capacity) {
    shelving.lock();
    try {
      ArrayDeque<ByteBuffer> shelf = shelves.get(shelf(capacity));
      if (!shelf.isEmpty()) {
        keptBytes -= capacity;
        return shelf.pop();
      }
    } finally {
      shelving.unlock();
    }
    return ByteBuffer.allocateDirect(capacity);
  }

  private static int shelf(int capacity) {
    return Integer.numberOfTrailingZeros(capacity / SMALLEST);
  }
}
