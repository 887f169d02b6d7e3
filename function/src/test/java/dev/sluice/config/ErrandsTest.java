package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ErrandsTest {
  private final ArrayList<Runnable> begun = new ArrayList<>();
  private final Errands errands = new Errands(begun::add);

  @Test
  void noneAreDone() {
    assertThat(errands.await(Duration.ZERO)).isTrue();
  }

  @Test
  void allAreDoneWhenTheLastIsHoweverItEnds() {
    errands.execute(() -> {});
    errands.execute(
        () -> {
          throw new IllegalStateException("broken");
        });

    begun.getFirst().run();
    assertThat(errands.await(Duration.ZERO)).isFalse();

    assertThatThrownBy(begun.getLast()::run).hasMessage("broken");
    assertThat(errands.await(Duration.ZERO)).isTrue();
  }

  @Test
  void oneThatIsNotTakenIsNotWaitedFor() {
    var refusing =
        new Errands(
            errand -> {
              throw new RejectedExecutionException();
            });

    assertThatThrownBy(() -> refusing.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(refusing.await(Duration.ZERO)).isTrue();
  }

  @Test
  void whoWaitsIsToldByTheOneThatEnds() throws Exception {
    Errands threads = Errands.onThreadsOfTheirOwn();
    var go = new java.util.concurrent.CountDownLatch(1);
    threads.execute(
        () -> {
          try {
            go.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });

    assertThat(threads.await(Duration.ZERO)).isFalse();
    go.countDown();
    assertThat(threads.await(Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void copiesOfASnapshotDrawOtherBitsOnceTheyAreRestored() {
    RandomGenerator seeds = new SplittableRandom(1);
    var chance = new FreshChance(seeds);
    long first = chance.get().nextLong();

    chance.anew();

    assertThat(chance.get().nextLong()).isNotEqualTo(first);
    assertThat(chance.get()).isNotInstanceOf(java.security.SecureRandom.class);
  }
}
