package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Exposure.Kind;
import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.Outcome.Result;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MILLI = 1_000_000;
  private static final int THREADS = 8;

  private final Ledger ledger = new Ledger(() -> "p-1", START, 4);
  private final Page page = ledger.page("digits", "B");

  private static Outcome outcome(Result result, long nanos) {
    return new Outcome("digits", "B", result, Counted.EXPOSURE, nanos);
  }

  private static Exposure by(int group, Kind kind) {
    return new Exposure((long) group << 59, kind);
  }

  @Test
  void anExposureIsInEverySum() {
    page.record(outcome(Result.OK, 2 * MILLI), by(3, Kind.NONE));
    page.record(outcome(Result.ERROR, MILLI), by(3, Kind.RETURNING));

    Tally tally = page.read();

    assertThat(tally.errors()).isEqualTo(new Counts(2, 1));
    assertThat(tally.groups().requests().get(3)).isEqualTo(2);
    assertThat(tally.groups().errors().get(3)).isEqualTo(1);
    assertThat(tally.returning()).isEqualTo(1);
    assertThat(tally.fresh()).isEqualTo(1);
    assertThat(tally.latency().counts().get(LatencyBuckets.ofMicros(2_000))).isEqualTo(1);
    assertThat(tally.groupedLatency().orElseThrow().count(3, LatencyBuckets.ofMicros(1_000)))
        .isEqualTo(1);
    assertThat(tally.latencySeconds().units()).isEqualTo(2);
    assertThat(tally.latencySeconds().moments().mean()).isEqualTo(0.0015);
    assertThat(tally.valid()).isTrue();
  }

  @Test
  void aTimeoutIsAnErrorThatTookTooLongToSay() {
    page.record(outcome(Result.TIMEOUT, MILLI), by(0, Kind.NONE));

    assertThat(page.read().errors()).isEqualTo(new Counts(1, 1));
    assertThat(page.read().latency().counts().get(LatencyBuckets.OVERFLOW)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(value = Counted.class, names = "EXPOSURE", mode = EnumSource.Mode.EXCLUDE)
  void whatIsNoExposureIsInNoSum(Counted counted) {
    page.record(new Outcome("digits", "B", Result.ERROR, counted, MILLI), by(0, Kind.NEW));

    assertThat(page.read().requests()).isZero();
    assertThat(page.read().latency().total()).isZero();
    assertThat(page.read().latencySeconds()).isEqualTo(Sums.NONE);
  }

  @Test
  void aLatencyBelowZeroIsRefusedAndCounted() {
    page.record(outcome(Result.OK, -1), by(0, Kind.NONE));

    assertThat(page.read().requests()).isZero();
    assertThat(page.refused(Page.Refused.LATENCY)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 2e12, -2e12})
  void aScoreThatIsNoNumberIsRefusedAndCounted(double value) {
    page.score("reward", 1);
    page.score("reward", value);

    assertThat(page.read().scores()).containsEntry("reward", new Sums(1, 1, 1));
    assertThat(page.refused(Page.Refused.SCORE)).isEqualTo(1);
  }

  @Test
  void aSeventeenthScoreIsRefusedAndCounted() {
    for (int i = 0; i < Page.SCORES + 2; i++) {
      page.score("s" + i, 1);
    }
    page.score("s0", 2);

    assertThat(page.read().scores()).hasSize(Page.SCORES);
    assertThat(page.read().scores()).containsEntry("s0", new Sums(2, 3, 5));
    assertThat(page.refused(Page.Refused.SCORE_NAME)).isEqualTo(2);
  }

  @Test
  void scoresThatCallersNameLeaveRoomForOurs() {
    for (int i = 0; i < Page.SCORES + 2; i++) {
      page.scoreOfCaller("s" + i, 1);
    }
    page.score(Page.REWARD, 1);
    page.scoreOfCaller("s0", 2);

    assertThat(page.read().scores())
        .hasSize(Page.SCORES_OF_CALLERS + 1)
        .containsEntry(Page.REWARD, new Sums(1, 1, 1))
        .containsEntry("s0", new Sums(2, 3, 5));
  }

  @Test
  void aProcessIsColdUntilTenSecondsAfterItBecameReady() {
    long ready = Long.MAX_VALUE - 5; // the clock may begin anywhere

    assertThat(ledger.cold(0)).isTrue();
    ledger.ready(ready);
    assertThat(ledger.cold(ready)).isTrue();
    assertThat(ledger.cold(ready + Ledger.WARM_AFTER.toNanos() - 1)).isTrue();
    assertThat(ledger.cold(ready + Ledger.WARM_AFTER.toNanos())).isFalse();
  }

  @Test
  void aReadingHasAllVersionsOfItsModelAndNoOther() {
    ledger.page("digits", "A").record(outcome(Result.OK, 1), by(0, Kind.NONE));
    ledger.page("sms", "A").record(outcome(Result.ERROR, 1), by(0, Kind.NONE));

    var shares = new Shares(Share.of(500), START);
    Counters read = ledger.read("digits", () -> shares, START.plusSeconds(60));

    assertThat(read.process()).isEqualTo("p-1");
    assertThat(read.started()).isEqualTo(START);
    assertThat(read.share()).isEqualTo(Share.of(500));
    assertThat(read.tallies()).containsOnlyKeys("A", "B");
    assertThat(read.tally("A").errors()).isEqualTo(new Counts(1, 0));
    assertThat(read.valid()).isTrue();
  }

  @Test
  void aCallerCountsOnceInTheWindowInWhichItWasNew() {
    page.countCallers();
    var kim = new Exposure(1, Kind.NEW);
    var kimAgain = new Exposure(1, Kind.RETURNING);

    page.record(outcome(Result.ERROR, 1), kim);
    page.record(outcome(Result.OK, 1), kimAgain);
    page.record(outcome(Result.OK, 1), new Exposure(2, Kind.NEW));
    page.record(outcome(Result.ERROR, 1), new Exposure(3, Kind.RETURNING));
    Tally first = page.read();
    page.record(outcome(Result.ERROR, 1), kimAgain);
    Tally second = page.read();

    assertThat(first.callers()).isEqualTo(new Counts(2, 0.5));
    assertThat(second.callers()).isEqualTo(new Counts(2, 0.5));
  }

  @Test
  void callersAreNotCountedUnlessAskedFor() {
    page.record(outcome(Result.ERROR, 1), new Exposure(1, Kind.NEW));

    assertThat(page.read().callers()).isEqualTo(Counts.NONE);
  }

  @Test
  void aWindowWithTooManyCallersSaysThatItLacksSome() {
    page.countCallers();

    for (int i = 0; i <= CallerBook.ROOM; i++) {
      page.record(outcome(Result.OK, 1), new Exposure(i, Kind.NEW));
    }
    Tally full = page.read();
    page.record(outcome(Result.OK, 1), new Exposure(-1, Kind.NEW));
    Tally next = page.read();

    assertThat(full.callers().units()).isEqualTo(CallerBook.ROOM);
    assertThat(full.hasAllCallers()).isFalse();
    assertThat(next.minus(full).callers().units()).isEqualTo(1);
    assertThat(next.minus(full).hasAllCallers()).isTrue();
  }

  @Test
  void nothingIsLostWhenEverybodyWritesAtOnce() throws Exception {
    int each = 20_000;
    var page = new Page(1); // more threads than rows
    page.countCallers();
    var together = new CountDownLatch(THREADS);
    var windows = new ArrayList<Tally>();

    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(writer(page, i, each, together)));
      }
      Tally before = page.read();
      while (running.stream().anyMatch(thread -> !thread.isDone())) {
        Tally now = page.read();
        assertThat(now.below(before)).isFalse();
        windows.add(now.minus(before));
        before = now;
      }
      for (Future<?> thread : running) {
        thread.get();
      }
      windows.add(page.read().minus(before));
    }

    Tally total = page.read();
    double all = THREADS * each;
    assertThat(total.errors()).isEqualTo(new Counts(all, all / 4));
    assertThat(total.latency().total()).isEqualTo(all);
    assertThat(total.latencySeconds().units()).isEqualTo(all);
    assertThat(total.latencySeconds().sum()).isEqualTo(all * 0.001953125);
    assertThat(total.callers().units()).isEqualTo(all / 2);
    assertThat(total.callers().events()).isEqualTo(all / 4);
    assertThat(total.scores()).containsEntry("reward", new Sums(all, all, all));
    assertThat(windows).allMatch(window -> window.errors().valid() && window.groups().valid());
  }

  private Callable<Boolean> writer(Page page, int thread, int each, CountDownLatch together) {
    List<Kind> kinds = List.of(Kind.NEW, Kind.NONE, Kind.NEW, Kind.RETURNING);
    return () -> {
      together.countDown();
      together.await();
      for (int i = 0; i < each; i++) {
        Result result = i % 4 == 0 ? Result.ERROR : Result.OK;
        var exposure = new Exposure(((long) i << 32) + thread, kinds.get(i % 4));
        page.record(outcome(result, 1_953_125), exposure);
        page.score("reward", 1);
      }
      return true;
    };
  }
}
