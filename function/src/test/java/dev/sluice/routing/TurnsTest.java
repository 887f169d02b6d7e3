package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  @Test
  void interleavesLikeNginx() {
    Turns turns = new Turns();
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 7; i++) {
      order.append("abc".charAt(turns.next("m", new int[] {5, 1, 1})));
    }
    assertThat(order).hasToString("aabacaa");
  }

  @Test
  void beginsAnewWhenTheSharesChangeAndOnlyThen() {
    Turns turns = new Turns();
    turns.next("m", new int[] {1, 1});

    assertThat(turns.next("m", new int[] {1, 1})).isEqualTo(1);
    assertThat(turns.next("m", new int[] {1, 2})).isEqualTo(1);
    assertThat(turns.next("other", new int[] {1, 1})).isZero();
  }

  @Property(seed = "14", tries = 200)
  void givesEachItsWeightInARound(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 20) Integer> weights) {
    int[] asked = weights.stream().mapToInt(Integer::intValue).toArray();
    int[] given = new int[asked.length];
    int sum = weights.stream().mapToInt(Integer::intValue).sum();
    Turns turns = new Turns();
    for (int i = 0; i < sum; i++) {
      given[turns.next("m", asked)]++;
    }
    assertThat(given).isEqualTo(asked);
  }

  @Test
  void givesEachTurnOnceToManyThreads() throws Exception {
    Turns turns = new Turns();
    int[] weights = {9000, 1000};
    int threads = 4;
    int each = 10_000;
    Callable<Integer> worker =
        () -> {
          int canary = 0;
          for (int i = 0; i < each; i++) {
            canary += turns.next("m", weights);
          }
          return canary;
        };

    int canary = 0;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        counts.add(pool.submit(worker));
      }
      for (Future<Integer> count : counts) {
        canary += count.get();
      }
    }

    assertThat(canary).isEqualTo(threads * each / 10);
  }
}
