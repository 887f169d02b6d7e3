package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FeedbackMemoryTest {
  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  private static ExposureId id(long number) {
    return new ExposureId(number, (int) number);
  }

  @Test
  void theFirstReportOfAnExposureIsTheOnlyOne() {
    var memory = new FeedbackMemory(10);

    assertThat(memory.first(id(1), at(100))).isTrue();
    assertThat(memory.first(id(1), at(100))).isFalse();
    assertThat(memory.first(id(2), at(100))).isTrue();
    assertThat(memory.first(new ExposureId(1, 2), at(100))).isTrue();
  }

  @Test
  void forgetsTheOldestTokensAndNeverCountsThemAgain() {
    var memory = new FeedbackMemory(2);
    memory.first(id(1), at(100));
    memory.first(id(2), at(300));

    assertThat(memory.first(id(3), at(200))).isTrue();

    assertThat(memory.first(id(1), at(100))).isFalse();
    assertThat(memory.first(id(4), at(100))).isFalse();
    assertThat(memory.first(id(5), at(50))).isFalse();
    assertThat(memory.first(id(2), at(300))).isFalse();
    assertThat(memory.first(id(6), at(400))).isTrue();
  }

  @Test
  void whateverTheOrderNothingIsFirstTwice() {
    var memory = new FeedbackMemory(50);
    var random = new Random(5);
    int[] firsts = new int[400];

    for (int i = 0; i < 20_000; i++) {
      int number = random.nextInt(firsts.length);
      firsts[number] += memory.first(id(number), at(number % 97)) ? 1 : 0;
    }

    assertThat(firsts).containsOnly(0, 1);
  }

  @Test
  void ofManyWhoAskAtOnceOneIsTheFirst() throws Exception {
    var memory = new FeedbackMemory(1_000);
    var asking = new ArrayList<Callable<Integer>>();
    for (int thread = 0; thread < 8; thread++) {
      asking.add(
          () -> {
            int firsts = 0;
            for (int i = 0; i < 500; i++) {
              firsts += memory.first(id(i), at(100)) ? 1 : 0;
            }
            return firsts;
          });
    }

    int all = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> firsts : threads.invokeAll(asking)) {
        all += firsts.get();
      }
    }

    assertThat(all).isEqualTo(500);
  }
}
