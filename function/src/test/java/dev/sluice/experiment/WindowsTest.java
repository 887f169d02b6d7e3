package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Times are in minutes after noon; a window is the minute before its end.
class WindowsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Share TENTH = Share.of(1_000);

  /// Closes windows and remembers the last closing.
  private static final class Closer {
    private Windows windows = Windows.of("A", "B");

    Windows.Closing close(int minute, Counters... reports) {
      Windows.Closing closing = windows.after(at(minute - 1), at(minute), List.of(reports));
      windows = closing.next();
      return closing;
    }
  }

  private final Closer closer = new Closer();

  private static Instant at(double minute) {
    return NOON.plusMillis(Math.round(minute * 60_000));
  }

  /// A process that started at noon.
  private static Counters report(String process, int minute, double stable, double canary) {
    return report(process, 0, minute, 0, TENTH, stable, canary);
  }

  private static Counters report(
      String process,
      double started,
      double minute,
      double since,
      Share share,
      double stable,
      double canary) {
    return new Counters(
        process,
        at(started),
        at(minute),
        at(since),
        share,
        Map.of("A", Tallies.of(stable, 0), "B", Tallies.of(canary, 0)));
  }

  private static Counters broken(String process, int minute, Counts canary) {
    Tally good = Tallies.of(1, 0);
    Tally bad =
        new Tally(
            canary,
            good.latency(),
            good.latencySeconds(),
            good.groups(),
            Optional.empty(),
            0,
            0,
            Counts.NONE,
            0,
            Map.of());
    return new Counters(
        process, at(0), at(minute), at(0), TENTH, Map.of("A", Tallies.of(90, 0), "B", bad));
  }

  private static double stable(Windows.Closing closing) {
    return closing.closed().orElseThrow().stable().requests();
  }

  private static double canary(Windows.Closing closing) {
    return closing.closed().orElseThrow().canary().requests();
  }

  @Test
  void twoProcessesOfOneNameAreNotCountedAnew() {
    closer.close(1, report("p", 0, 1, 0, TENTH, 900, 100));

    Windows.Closing other = closer.close(2, report("p", 0.5, 2, 0, TENTH, 1800, 200));

    assertThat(other.closed()).isEmpty();
    assertThat(other.dropped()).isEqualTo(Map.of(Dropped.FIRST_SIGHT, 1));
    assertThat(other.restarts()).isZero();
  }

  @Test
  void aWindowIsTheDifferenceOfTwoReports() {
    Windows.Closing first = closer.close(1, report("p", 1, 90, 10));
    Windows.Closing second = closer.close(2, report("p", 2, 200, 30));

    assertThat(canary(first)).isEqualTo(10);
    assertThat(stable(second)).isEqualTo(110);
    assertThat(canary(second)).isEqualTo(20);
    assertThat(second.closed().orElseThrow().start()).isEqualTo(at(1));
    assertThat(second.closed().orElseThrow().share()).isEqualTo(TENTH);
    assertThat(second.dropped()).isEmpty();
  }

  @Test
  void replicasAdd() {
    Windows.Closing closing = closer.close(1, report("p", 1, 90, 10), report("q", 1, 80, 20));

    assertThat(stable(closing)).isEqualTo(170);
    assertThat(canary(closing)).isEqualTo(30);
  }

  @Test
  void aProcessThatIsSeenForTheFirstTimeIsOnlyRemembered() {
    Windows.Closing first = closer.close(10, report("p", 10, 9_000, 1_000));
    Windows.Closing second = closer.close(11, report("p", 11, 9_090, 1_010));

    assertThat(first.closed()).isEmpty();
    assertThat(first.dropped()).isEqualTo(Map.of(Dropped.FIRST_SIGHT, 1));
    assertThat(canary(second)).isEqualTo(10);
  }

  @Test
  void aProcessThatStartedInsideTheWindowCounts() {
    Counters late = report("p", 10.5, 11, 10.5, TENTH, 45, 5);

    assertThat(canary(closer.close(11, late))).isEqualTo(5);
  }

  @Test
  void afterARestartAllCountersCountFromZero() {
    closer.close(1, report("p", 1, 90, 10));

    // Stable has already counted more than before; the canary has not.
    Windows.Closing closing = closer.close(2, report("p", 1.2, 2, 1.2, TENTH, 95, 4));

    assertThat(stable(closing)).isEqualTo(95);
    assertThat(canary(closing)).isEqualTo(4);
    assertThat(closing.restarts()).isEqualTo(1);
  }

  @Test
  void countersThatWentBackAreARestartEvenWhenNothingElseSaysSo() {
    closer.close(1, report("p", 1, 90, 10));

    Windows.Closing closing = closer.close(2, report("p", 2, 95, 4));

    assertThat(stable(closing)).isEqualTo(95);
    assertThat(canary(closing)).isEqualTo(4);
    assertThat(closing.restarts()).isEqualTo(1);
  }

  @Test
  void aRestartThatHasCaughtUpIsStillOne() {
    closer.close(1, report("p", 1, 90, 10));

    Windows.Closing closing = closer.close(2, report("p", 1.1, 2, 1.1, TENTH, 100, 11));

    assertThat(stable(closing)).isEqualTo(100);
    assertThat(closing.restarts()).isEqualTo(1);
  }

  @Test
  void aMissedReportComesWithTheNextOne() {
    closer.close(1, report("p", 1, 90, 10), report("q", 1, 90, 10));
    Windows.Closing missed = closer.close(2, report("q", 2, 180, 20));
    Windows.Closing both = closer.close(3, report("p", 3, 270, 30), report("q", 3, 270, 30));

    assertThat(canary(missed)).isEqualTo(10);
    assertThat(canary(both)).isEqualTo(20 + 10);
  }

  @Test
  void aMissedReportAcrossAChangeOfSharesIsDropped() {
    closer.close(1, report("p", 1, 90, 10));
    closer.close(2);

    Windows.Closing closing = closer.close(3, report("p", 0, 3, 1.5, TENTH, 270, 30));

    assertThat(closing.closed()).isEmpty();
    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.SHARE_CHANGED, 1));
  }

  @Test
  void aWindowInWhichSharesChangedIsDroppedAndTheNextOneIsNot() {
    closer.close(1, report("p", 1, 90, 10));
    Share half = Share.of(5_000);

    Windows.Closing changed = closer.close(2, report("p", 0, 2, 1.5, half, 150, 50));
    Windows.Closing after = closer.close(3, report("p", 0, 3, 1.5, half, 200, 100));

    assertThat(changed.dropped()).isEqualTo(Map.of(Dropped.SHARE_CHANGED, 1));
    assertThat(changed.closed()).isEmpty();
    assertThat(stable(after)).isEqualTo(50);
    assertThat(after.closed().orElseThrow().share()).isEqualTo(half);
  }

  @Test
  void anotherShareThanThatOfMostRequestsIsDroppedForBothArms() {
    Counters many = report("p", 0, 1, 0, TENTH, 90, 10);
    Counters few = report("q", 0, 1, 0, Share.of(5_000), 20, 20);

    Windows.Closing closing = closer.close(1, few, many);

    assertThat(stable(closing)).isEqualTo(90);
    assertThat(canary(closing)).isEqualTo(10);
    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.MIXED_SHARES, 1));
  }

  @Test
  void ofEquallyCommonSharesTheNewerIsTaken() {
    Counters older = report("p", 0, 1, 0, TENTH, 90, 10);
    Counters newer = report("q", 0.5, 1, 0.5, Share.of(500), 95, 5);

    assertThat(canary(closer.close(1, newer, older))).isEqualTo(5);
  }

  @Test
  void whatComesTooLateIsDroppedAndRemembered() {
    closer.close(1, report("p", 1, 90, 10));
    closer.close(2);

    Windows.Closing closing = closer.close(3, report("p", 2, 180, 20), report("p", 3, 270, 35));

    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.LATE, 1));
    assertThat(canary(closing)).isEqualTo(15);
  }

  @Test
  void aWindowIsClosedOnce() {
    closer.close(1, report("p", 1, 90, 10));
    closer.close(2, report("p", 2, 180, 20));

    Windows.Closing again = closer.close(2, report("p", 2, 180, 20), report("q", 2, 90, 10));
    Windows.Closing before = closer.close(1, report("p", 1, 90, 10));
    Windows.Closing next = closer.close(3, report("p", 3, 270, 30), report("q", 3, 180, 20));

    assertThat(again.closed()).isEmpty();
    assertThat(again.dropped()).isEqualTo(Map.of(Dropped.OUT_OF_ORDER, 1, Dropped.LATE, 1));
    assertThat(before.closed()).isEmpty();
    assertThat(before.dropped()).isEqualTo(Map.of(Dropped.OUT_OF_ORDER, 1));
    assertThat(canary(next)).isEqualTo(10 + 10);
  }

  @Test
  void theSameReportTwiceCountsOnce() {
    Windows.Closing closing = closer.close(1, report("p", 1, 90, 10), report("p", 1, 90, 10));

    assertThat(canary(closing)).isEqualTo(10);
    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.OUT_OF_ORDER, 1));
  }

  @ParameterizedTest
  @CsvSource({"NaN, 0", "10, 11", "-1, 0", "Infinity, 0", "10, NaN", "10, -1"})
  void whatCannotBeCountsIsDroppedForBothArmsAndItsProcessBeginsAnew(double units, double events) {
    closer.close(1, report("p", 1, 10, 1), report("q", 1, 10, 1));

    Windows.Closing bad =
        closer.close(2, broken("p", 2, new Counts(units, events)), report("q", 2, 20, 2));
    Windows.Closing anew = closer.close(3, report("p", 3, 500, 50), report("q", 3, 30, 3));
    Windows.Closing well = closer.close(4, report("p", 4, 510, 51), report("q", 4, 40, 4));

    assertThat(bad.dropped()).isEqualTo(Map.of(Dropped.INVALID, 1));
    assertThat(stable(bad)).isEqualTo(10);
    assertThat(anew.dropped()).isEqualTo(Map.of(Dropped.FIRST_SIGHT, 1));
    assertThat(stable(anew)).isEqualTo(10);
    assertThat(stable(well)).isEqualTo(20);
  }

  @Test
  void moreErrorsThanRequestsInOneWindowAreInvalid() {
    var first = Map.of("A", Tallies.of(100, 0), "B", Tallies.of(100, 0));
    var second = Map.of("A", Tallies.of(200, 0), "B", Tallies.of(101, 5));
    closer.close(1, new Counters("p", at(0), at(1), at(0), TENTH, first));

    Windows.Closing closing =
        closer.close(2, new Counters("p", at(0), at(2), at(0), TENTH, second));

    assertThat(closing.closed()).isEmpty();
    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.INVALID, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 62, 3_600, 0, -60})
  void aWindowThatNoWindowCanBeIsNotClosed(int seconds) {
    Windows.Closing first = closer.close(1, report("p", 1, 90, 10));
    Instant end = at(1).plusSeconds(seconds);
    var report = new Counters("p", at(0), at(2), at(0), TENTH, report("p", 2, 180, 20).tallies());

    Windows.Closing closing = first.next().after(at(1), end, List.of(report));

    assertThat(closing.closed()).isEmpty();
    assertThat(closing.dropped()).isEqualTo(Map.of(Dropped.CLOCK_JUMP, 1));
    assertThat(closing.next().until()).contains(at(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 30, 60, 61})
  void aWindowHasTenToSixtySecondsGiveOrTakeOne(int seconds) {
    Instant end = at(0).plusSeconds(seconds);
    var report = new Counters("p", at(0), end, at(0), TENTH, report("p", 1, 9, 1).tallies());

    assertThat(Windows.of("A", "B").after(at(0), end, List.of(report)).closed()).isPresent();
  }

  @Test
  void aReportFromTheFutureIsDroppedAndNotRemembered() {
    closer.close(1, report("p", 1, 90, 10));

    Windows.Closing ahead = closer.close(2, report("p", 60, 180, 20));
    Windows.Closing back = closer.close(3, report("p", 3, 270, 30));

    assertThat(ahead.dropped()).isEqualTo(Map.of(Dropped.CLOCK_JUMP, 1));
    assertThat(canary(back)).isEqualTo(20);
  }

  @Test
  void anEmptyArmIsNothingAndNotAFault() {
    Windows.Closing closing = closer.close(1, report("p", 1, 0, 10));

    assertThat(stable(closing)).isZero();
    assertThat(canary(closing)).isEqualTo(10);
    assertThat(closing.dropped()).isEmpty();
  }

  @Test
  void aProcessThatIsLongGoneIsForgotten() {
    closer.close(1, report("p", 1, 90, 10));

    assertThat(closer.close(61).next().last()).containsKey("p");
    assertThat(closer.close(62).next().last()).isEmpty();
  }
}
