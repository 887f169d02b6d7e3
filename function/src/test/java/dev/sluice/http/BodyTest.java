package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.Body.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BodyTest {
  private final ByteBufAllocator memory = new UnpooledByteBufAllocator(false);

  @Property(seed = "4711", tries = 200)
  void givesBackWhatCameHoweverItWasCut(
      @ForAll @IntRange(max = 50_000) int length,
      @ForAll @IntRange(min = 1, max = 20_000) int cut) {
    byte[] sent = new byte[length];
    new Random(length).nextBytes(sent);
    ByteBuf bytes = Unpooled.wrappedBuffer(sent);
    Body body = Body.chunked(50_000, Integer.MAX_VALUE, any -> true, memory);

    while (bytes.isReadable()) {
      ByteBuf piece = bytes.readSlice(Math.min(cut, bytes.readableBytes()));
      assertThat(body.add(piece)).isEqualTo(Outcome.TAKEN);
    }

    assertThat(body.content().bytes()).isEqualTo(sent);
    body.release();
    body.release();
    assertThat(lent()).isZero();
  }

  private long lent() {
    return ((ByteBufAllocatorMetricProvider) memory).metric().usedHeapMemory();
  }

  @Test
  void takesNoByteBeyondTheMost() {
    Body body = Body.chunked(10, 9, any -> true, memory);

    assertThat(body.add(piece(10))).isEqualTo(Outcome.TAKEN);
    assertThat(body.add(piece(1))).isEqualTo(Outcome.TOO_LARGE);
  }

  @Test
  void takesNoPieceBeyondTheMost() {
    Body body = Body.chunked(10, 2, any -> true, memory);

    assertThat(body.add(piece(1))).isEqualTo(Outcome.TAKEN);
    assertThat(body.add(piece(1))).isEqualTo(Outcome.TAKEN);
    assertThat(body.add(piece(1))).isEqualTo(Outcome.TOO_MANY_PIECES);
  }

  @Test
  void takesNothingThereIsNoRoomFor() {
    Body body = Body.chunked(10, 9, bytes -> bytes < 5, memory);

    assertThat(body.add(piece(4))).isEqualTo(Outcome.TAKEN);
    assertThat(body.add(piece(5))).isEqualTo(Outcome.NO_ROOM);
    assertThat(body.content().bytes()).hasSize(4);
  }

  private static ByteBuf piece(int length) {
    return Unpooled.wrappedBuffer(new byte[length]);
  }
}
