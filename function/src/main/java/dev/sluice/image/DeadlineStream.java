package dev.sluice.image;

import java.io.IOException;
import java.util.function.LongSupplier;
import javax.imageio.stream.ImageInputStreamImpl;

/// Bytes for a reader, given out until a moment has passed.
///
/// A picture of a few kilobytes can keep a decoder busy for minutes, but none of the two readers
/// gets far without asking for more bytes. So the clock is looked at once for every 64 bytes or
/// single reads, which for the readers' own buffers of 512 and 4,096 bytes means at every read.
final class DeadlineStream extends ImageInputStreamImpl {
  private static final int BYTES_PER_LOOK = 64;

  private final Span bytes;
  private final long deadlineNanos;
  private final LongSupplier nanoClock;
  private int unwatched;
  private boolean late;

  DeadlineStream(Span bytes, long deadlineNanos, LongSupplier nanoClock) {
    this.bytes = bytes;
    this.deadlineNanos = deadlineNanos;
    this.nanoClock = nanoClock;
  }

  @Override
  public int read() throws IOException {
    watch(1);
    bitOffset = 0;
    return streamPos < bytes.length() ? bytes.uint8((int) streamPos++) : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    watch(length);
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, bytes.length() - streamPos);
    if (count <= 0) {
      return -1;
    }
    System.arraycopy(bytes.array(), bytes.offset() + (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length();
  }

  /// Empty, so that the collector need not queue each stream for a close that does nothing.
  @Override
  @Deprecated
  @SuppressWarnings({"removal", "Finalize"})
  protected void finalize() {}

  /// Whether the moment passed while somebody read.
  boolean late() {
    return late;
  }

  private void watch(int count) throws IOException {
    unwatched += Math.min(count, BYTES_PER_LOOK);
    if (unwatched < BYTES_PER_LOOK) {
      return;
    }
    unwatched = 0;
    if (late || nanoClock.getAsLong() - deadlineNanos >= 0) {
      late = true;
      throw new IOException("the time to decode is over");
    }
  }
}
