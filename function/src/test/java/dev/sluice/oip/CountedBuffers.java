package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Buffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Knows which buffers are out, takes each back once, and lends them full of old content.
final class CountedBuffers implements Buffers {
  private final Set<ByteBuffer> out = Collections.newSetFromMap(new IdentityHashMap<>());
  private long bytesTaken;

  @Override
  public ByteBuffer take(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    for (int i = 0; i < bytes; i++) {
      buffer.put(i, (byte) 0xA5);
    }
    out.add(buffer);
    bytesTaken += bytes;
    return buffer;
  }

  @Override
  public void give(ByteBuffer buffer) {
    assertThat(out.remove(buffer)).as("a buffer that is out").isTrue();
  }

  int out() {
    return out.size();
  }

  long bytesTaken() {
    return bytesTaken;
  }
}
