package dev.sluice.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class PooledBuffersTest {
  @Test
  void lendsDirectBuffersInNativeOrderWithTheLimitThatWasAskedFor() {
    ByteBuffer buffer = new PooledBuffers(0).take(100);

    assertThat(buffer.isDirect()).isTrue();
    assertThat(buffer.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(buffer.remaining()).isEqualTo(100);
    assertThat(buffer.capacity()).isEqualTo(128);
  }

  @Test
  void lendsTheSameMemoryAgain() {
    var pool = new PooledBuffers(1 << 20);
    ByteBuffer first = pool.take(1000);
    first.position(10).order(ByteOrder.BIG_ENDIAN);
    pool.give(first);

    ByteBuffer again = pool.take(600);

    assertThat(again).isSameAs(first);
    assertThat(again.position()).isZero();
    assertThat(again.remaining()).isEqualTo(600);
    assertThat(again.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(pool.kept()).isZero();
  }

  @Test
  void dropsWhatWouldPassTheBound() {
    var pool = new PooledBuffers(1024);
    List<ByteBuffer> taken = IntStream.range(0, 3).mapToObj(at -> pool.take(512)).toList();

    taken.forEach(pool::give);

    assertThat(pool.kept()).isEqualTo(1024);
  }

  @Test
  void refusesBuffersOfOthers() {
    var pool = new PooledBuffers(1024);

    assertThatThrownBy(() -> pool.give(ByteBuffer.allocate(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pool.give(ByteBuffer.allocateDirect(100)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "1", tries = 200)
  void neverKeepsMoreThanItsBoundAndNeverLendsTwice(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 5000) Integer> sizes) {
    var pool = new PooledBuffers(8192);
    Deque<ByteBuffer> lent = new ArrayDeque<>();
    Set<ByteBuffer> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int size : sizes) {
      if (size % 3 == 0 && !lent.isEmpty()) {
        ByteBuffer back = lent.pop();
        distinct.remove(back);
        pool.give(back);
      } else {
        ByteBuffer taken = pool.take(size);
        assertThat(taken.remaining()).isEqualTo(size);
        assertThat(distinct.add(taken)).isTrue();
        lent.push(taken);
      }
      assertThat(pool.kept()).isBetween(0L, 8192L);
    }
  }

  @Test
  void lendsABufferToOneThreadOnly() throws Exception {
    var pool = new PooledBuffers(1 << 16);
    var clashes = new ConcurrentLinkedQueue<String>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 1; number <= 8; number++) {
        long mark = number;
        var unused =
            threads.submit(
                () -> {
                  for (int round = 0; round < 2000; round++) {
                    ByteBuffer mine = pool.take(64);
                    mine.putLong(0, mark);
                    LockSupport.parkNanos(1);
                    if (mine.getLong(0) != mark) {
                      clashes.add("buffer of " + mark);
                    }
                    pool.give(mine);
                  }
                });
      }
    }

    assertThat(clashes).isEmpty();
    assertThat(pool.kept()).isBetween(64L, 8 * 64L);
  }
}
