package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Rules that hold whatever three processes do in twenty windows.
class WindowsPropertyTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final int PROCESSES = 3;
  private static final int WINDOWS = 20;

  /// What happens to a process now and then.
  private enum Trouble {
    NONE,
    RESTARTS,
    RESTARTS_AND_MISSED_REPORTS
  }

  /// Reports by window, and what was counted in all of them.
  private record Day(List<List<Counters>> reports, double counted) {}

  private static Day day(long seed, Trouble trouble) {
    var random = new SplittableRandom(seed);
    var reports = new ArrayList<List<Counters>>();
    for (int minute = 1; minute <= WINDOWS; minute++) {
      reports.add(new ArrayList<>());
    }
    double counted = 0;
    for (int process = 0; process < PROCESSES; process++) {
      Instant started = NOON;
      double stable = 0;
      double canary = 0;
      for (int minute = 1; minute <= WINDOWS; minute++) {
        if (trouble != Trouble.NONE && random.nextInt(4) == 0) {
          started = at(minute).minusSeconds(random.nextInt(1, 60));
          stable = 0;
          canary = 0;
        }
        double more = random.nextInt(50);
        double some = random.nextInt(10);
        stable += more;
        canary += some;
        counted += more + some;
        boolean missed = trouble == Trouble.RESTARTS_AND_MISSED_REPORTS && random.nextInt(4) == 0;
        if (!missed) {
          reports
              .get(minute - 1)
              .add(
                  new Counters(
                      "p-" + process,
                      started,
                      at(minute),
                      started,
                      Share.of(1_000),
                      Map.of("A", Tallies.of(stable, 0), "B", Tallies.of(canary, canary / 2))));
        }
      }
    }
    return new Day(reports, counted);
  }

  private static Instant at(int minute) {
    return NOON.plusSeconds(60L * minute);
  }

  private static List<Window> closed(Day day) {
    var closed = new ArrayList<Window>();
    Windows windows = Windows.of("A", "B");
    for (int minute = 1; minute <= WINDOWS; minute++) {
      Windows.Closing closing =
          windows.after(at(minute - 1), at(minute), day.reports().get(minute - 1));
      closing.closed().ifPresent(closed::add);
      windows = closing.next();
    }
    return closed;
  }

  private static double requests(List<Window> windows) {
    return windows.stream()
        .mapToDouble(window -> window.stable().requests() + window.canary().requests())
        .sum();
  }

  @Property(seed = "1", tries = 100)
  void theWindowsHaveWhatWasCounted(@ForAll long seed) {
    Day day = day(seed, Trouble.NONE);

    assertThat(requests(closed(day))).isEqualTo(day.counted());
  }

  @Property(seed = "2", tries = 100)
  void aRestartRightAfterAReportLosesNothing(@ForAll long seed) {
    Day day = day(seed, Trouble.RESTARTS);

    assertThat(requests(closed(day))).isEqualTo(day.counted());
  }

  @Property(seed = "3", tries = 100)
  void nothingIsEverNegativeOrCountedTwice(@ForAll long seed) {
    Day day = day(seed, Trouble.RESTARTS_AND_MISSED_REPORTS);

    List<Window> windows = closed(day);

    assertThat(windows).allMatch(window -> window.stable().valid() && window.canary().valid());
    assertThat(requests(windows)).isLessThanOrEqualTo(day.counted());
  }

  @Property(seed = "4", tries = 100)
  void theOrderOfReplicasDoesNotMatter(@ForAll long seed) {
    Day day = day(seed, Trouble.RESTARTS_AND_MISSED_REPORTS);
    var shuffled = new ArrayList<List<Counters>>();
    for (List<Counters> reports : day.reports()) {
      var other = new ArrayList<>(reports);
      Collections.shuffle(other, new Random(seed));
      shuffled.add(other);
    }

    assertThat(closed(new Day(shuffled, day.counted()))).isEqualTo(closed(day));
  }
}
