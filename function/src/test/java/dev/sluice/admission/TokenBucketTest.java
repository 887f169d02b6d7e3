package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RatePolicy TWO_A_SECOND = new RatePolicy("caller", 2, 3);

  @Test
  void grantsItsBurstAndThenItsRate() {
    for (long start : new long[] {0, -5, Long.MIN_VALUE + 1, Long.MAX_VALUE - SECOND / 2}) {
      TokenBucket bucket = new TokenBucket(TWO_A_SECOND, start);

      for (int i = 0; i < 3; i++) {
        assertThat(bucket.tryTake(start)).isEqualTo(TokenBucket.GRANTED);
      }
      assertThat(bucket.tryTake(start)).isEqualTo(SECOND / 2);
      assertThat(bucket.tryTake(start + SECOND / 2 - 1)).isEqualTo(1);
      assertThat(bucket.tryTake(start + SECOND / 2)).isEqualTo(TokenBucket.GRANTED);
      assertThat(bucket.tryTake(start + SECOND / 2)).isEqualTo(SECOND / 2);
    }
  }

  @Test
  void neverHoldsMoreThanItsBurst() {
    TokenBucket bucket = new TokenBucket(TWO_A_SECOND, 0);
    bucket.tryTake(0);
    bucket.give();
    bucket.give();

    long later = 1000 * SECOND;
    for (int i = 0; i < 3; i++) {
      assertThat(bucket.tryTake(later)).isEqualTo(TokenBucket.GRANTED);
    }
    assertThat(bucket.tryTake(later)).isPositive();
  }

  @Test
  void aTokenGivenBackCanBeTakenAgain() {
    TokenBucket bucket = new TokenBucket(TWO_A_SECOND, 0);
    for (int i = 0; i < 100; i++) {
      assertThat(bucket.tryTake(0)).isEqualTo(TokenBucket.GRANTED);
      bucket.give();
    }
  }

  @Test
  void isRetiredOnlyWhenFullAndGrantsNothingAfterwards() {
    TokenBucket bucket = new TokenBucket(TWO_A_SECOND, 0);
    bucket.tryTake(0);

    assertThat(bucket.retireIfFull(SECOND / 2 - 1)).isFalse();
    assertThat(bucket.retireIfFull(SECOND / 2)).isTrue();
    assertThat(bucket.retireIfFull(SECOND)).isFalse();
    bucket.give();
    assertThat(bucket.tryTake(SECOND)).isEqualTo(TokenBucket.RETIRED);
  }

  @Property(seed = "31", tries = 300)
  void grantsNoMoreThanBurstAndRateInAnyInterval(
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll @IntRange(min = 1, max = 3000) int rate,
      @ForAll @Size(min = 1, max = 150) List<@LongRange(min = 0, max = 3_000_000) Long> gaps) {
    TokenBucket bucket = new TokenBucket(new RatePolicy("caller", rate, burst), 0);
    List<Long> granted = new ArrayList<>();
    long now = 0;
    for (long gap : gaps) {
      now += gap;
      if (bucket.tryTake(now) == TokenBucket.GRANTED) {
        granted.add(now);
      }
    }
    for (int from = 0; from < granted.size(); from++) {
      for (int to = from; to < granted.size(); to++) {
        double seconds = (granted.get(to) - granted.get(from)) / 1e9;
        assertThat((double) (to - from + 1)).isLessThanOrEqualTo(burst + rate * seconds + 1e-9);
      }
    }
  }

  @Test
  void grantsExactlyItsBurstToManyThreads() throws Exception {
    for (int round = 0; round < 20; round++) {
      TokenBucket bucket = new TokenBucket(new RatePolicy("caller", 1, 5000), 0);

      long granted = Stress.sum(4, 5000, () -> bucket.tryTake(0) == TokenBucket.GRANTED ? 1 : 0);

      assertThat(granted).isEqualTo(5000);
    }
  }
}
