package dev.sluice.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.ErrorRate;
import dev.sluice.serving.Check.Status;
import dev.sluice.serving.VersionHealth.State;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration NONE = Duration.ZERO;
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @CsvSource({
    "9, 5000, PENDING",
    "10, 900, PASS",
    "10, 1000, PASS",
    "10, 1001, WARN",
    "10, 2000, WARN",
    "10, 2001, FAIL",
    "10, Infinity, FAIL"
  })
  void aSlowTailWarnsAboveHalfTheDeadlineAndFailsAboveIt(
      long count, double millis, Status expected) {
    Check check = Checks.latency(new RecentLatency.Tail(count, millis), DEADLINE, NONE);

    assertThat(check.status()).isEqualTo(expected);
  }

  @Test
  void theTailIsANumberWhereItIsKnown() {
    Check known = Checks.latency(new RecentLatency.Tail(10, 1.5), DEADLINE, NONE);
    Check few = Checks.latency(new RecentLatency.Tail(9, 1.5), DEADLINE, NONE);
    Check endless = Checks.latency(new RecentLatency.Tail(10, INFINITE), DEADLINE, NONE);

    assertThat(known.valueMillis()).hasValue(1.5);
    assertThat(few.valueMillis()).isEmpty();
    assertThat(endless.valueMillis()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "9, 9, PENDING",
    "10, 0, PASS",
    "1000, 9, PASS",
    "1000, 10, WARN",
    "1000, 499, WARN",
    "1000, 500, FAIL",
    "10, 5, FAIL"
  })
  void failuresWarnFromOneInAHundredAndFailFromOneInTwo(long all, long failures, Status expected) {
    Check check = Checks.errors(new ErrorRate.Counts(all, failures), NONE);

    assertThat(check.status()).isEqualTo(expected);
  }

  @Test
  void theFullestMemoryWarnsAboveNineTenths() {
    var roomy = new Checks.Memory("heap", 50, 100);

    assertThat(Checks.memory(List.of(), NONE).status()).isEqualTo(Status.PENDING);
    assertThat(Checks.memory(List.of(roomy, new Checks.Memory("process", 90, 100)), NONE).status())
        .isEqualTo(Status.PASS);
    assertThat(Checks.memory(List.of(roomy, new Checks.Memory("process", 91, 100)), NONE))
        .matches(check -> check.status() == Status.WARN)
        .matches(check -> check.message().startsWith("process"));
  }

  @Test
  void theFixedRequestIsPendingUntilItWasAsked() {
    assertThat(Checks.custom(Optional.empty(), NONE).status()).isEqualTo(Status.PENDING);
    assertThat(Checks.custom(Optional.of(new KnownAnswer.Result.NoRoom()), NONE).status())
        .isEqualTo(Status.PENDING);
    assertThat(Checks.custom(Optional.of(new KnownAnswer.Result.Right()), NONE).status())
        .isEqualTo(Status.PASS);
    assertThat(Checks.custom(Optional.of(new KnownAnswer.Result.Broken("x")), NONE).status())
        .isEqualTo(Status.FAIL);
    assertThat(Checks.custom(Optional.of(new KnownAnswer.Result.Wrong("ham", "spam")), NONE))
        .matches(check -> check.status() == Status.FAIL)
        .matches(check -> check.message().equals("answered spam, expected ham"));
  }

  @ParameterizedTest
  @CsvSource({
    "PASS, PASS, HEALTHY",
    "PASS, PENDING, HEALTHY",
    "WARN, PENDING, DEGRADED",
    "WARN, PASS, DEGRADED",
    "FAIL, WARN, UNHEALTHY",
    "WARN, FAIL, UNHEALTHY"
  })
  void theWorstCheckSaysHowAVersionIs(Status one, Status other, State expected) {
    var checks =
        List.of(
            new Check(Check.Subject.LATENCY, one, "", NONE, NONE),
            new Check(Check.Subject.MEMORY, other, "", NONE, NONE));

    assertThat(VersionHealth.of("sms", "v1", "00", checks).state()).isEqualTo(expected);
  }

  @Test
  void aVersionThatCouldNotBeLoadedSaysWhy() {
    VersionHealth health = VersionHealth.failed("sms", "v3", "no such operator");

    assertThat(health.state()).isEqualTo(State.FAILED);
    assertThat(health.checks())
        .singleElement()
        .extracting(Check::message)
        .isEqualTo("no such operator");
    assertThat(VersionHealth.loading("sms", "v3").state()).isEqualTo(State.LOADING);
  }

  @Test
  void theTailIsThatOfTheLastMinute() {
    // given: slow requests first, quick ones later
    int slow = LatencyBuckets.ofMicros(1_000_000);
    int quick = LatencyBuckets.ofMicros(1_000);
    RecentLatency recent = RecentLatency.NONE.with(Histogram.EMPTY, 0);
    recent = recent.with(counts(slow, 100, quick, 0), 10 * SECOND);
    assertThat(recent.tail().count()).isEqualTo(100);
    assertThat(recent.tail().millis()).isGreaterThanOrEqualTo(1_000);

    // when: the slow ones are more than a minute old
    for (long tens = 2; tens <= 7; tens++) {
      recent = recent.with(counts(slow, 100, quick, 50.0 * tens), tens * 10 * SECOND);
    }

    // then
    assertThat(recent.tail().count()).isEqualTo(350);
    assertThat(recent.tail().millis()).isBetween(1.0, 1.1);
    assertThat(recent.readings()).hasSize(7);
  }

  @Test
  void oneReadingSaysNothing() {
    assertThat(RecentLatency.NONE.with(counts(5, 100, 6, 1), 0).tail().count()).isZero();
  }

  private static Histogram counts(int one, double ofOne, int other, double ofOther) {
    var counts = new ArrayList<Double>();
    for (int i = 0; i < LatencyBuckets.COUNT; i++) {
      counts.add(i == one ? ofOne : i == other ? ofOther : 0.0);
    }
    return Histogram.of(Doubles.generate(LatencyBuckets.COUNT, counts::get));
  }
}
