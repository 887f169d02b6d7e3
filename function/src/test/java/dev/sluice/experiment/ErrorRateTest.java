package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Outcome.Result;
import java.util.ArrayDeque;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void isNothingBeforeAnythingHappened() {
    assertThat(new ErrorRate().lastMinute(0).rate()).isZero();
    assertThat(new ErrorRate().lastMinute(0).all()).isZero();
  }

  @Test
  void isTheShareOfErrorsAndTimeouts() {
    var rate = new ErrorRate();

    rate.record(Result.OK, SECOND);
    rate.record(Result.OK, SECOND);
    rate.record(Result.ERROR, 2 * SECOND);
    rate.record(Result.TIMEOUT, 3 * SECOND);

    assertThat(rate.lastMinute(3 * SECOND)).isEqualTo(new ErrorRate.Counts(4, 2));
    assertThat(rate.lastMinute(3 * SECOND).rate()).isEqualTo(0.5);
  }

  @Test
  void forgetsAfterAMinute() {
    var rate = new ErrorRate();

    rate.record(Result.ERROR, 0);

    assertThat(rate.lastMinute(59 * SECOND).failures()).isEqualTo(1);
    assertThat(rate.lastMinute(60 * SECOND).failures()).isZero();
    assertThat(rate.lastMinute(3600 * SECOND).failures()).isZero();
  }

  /// The clock may begin anywhere, below zero too.
  @Property(seed = "7", tries = 300)
  void countsExactlyTheLastSixtySeconds(
      @ForAll @LongRange(min = -200, max = 200) long start,
      @ForAll @Size(max = 60) java.util.List<@LongRange(min = 0, max = 90) Long> pauses) {
    var rate = new ErrorRate();
    var seconds = new ArrayDeque<Long>();
    long now = start;
    for (long pause : pauses) {
      now += pause;
      rate.record(Result.ERROR, now * SECOND);
      seconds.add(now);
    }
    long end = now;

    long expected = seconds.stream().filter(second -> end - second < 60).count();
    assertThat(rate.lastMinute(end * SECOND).failures()).isEqualTo(expected);
  }
}
