package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

class ReportedWindowsTest extends ObservationsContract {
  private static final Instant STARTED = START.minus(Duration.ofMinutes(10));

  private final MemoryStore store = new MemoryStore();
  private Tally ofStable = Tally.NONE;
  private Tally ofCanary = Tally.NONE;

  @BeforeEach
  void aProcessHasReportedBefore() {
    report(START.minus(MINUTE));
  }

  @Override
  protected Observations observations() {
    return new ReportedWindows(store, slack());
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected void brings(Instant minute, Counted stable, Counted canary) {
    if (minute.equals(START) && ofStable.requests() == 0) {
      report(START);
    }
    ofStable = ofStable.plus(tally(stable));
    ofCanary = ofCanary.plus(tally(canary));
    report(minute.plus(MINUTE));
  }

  private void report(Instant end) {
    store.append(
        "served",
        new Counters(
            "process",
            STARTED,
            end,
            STARTED,
            SHARE,
            Map.of(stable(), ofStable, canary(), ofCanary)));
  }

  /// Of one group of callers, each request of a microsecond and a half.
  private static Tally tally(Counted counted) {
    double requests = counted.requests();
    return new Tally(
        new Counts(requests, counted.errors()),
        Histogram.of(row(LatencyBuckets.COUNT, 5, requests)),
        new Sums(requests, requests, requests),
        new Groups(row(Exposure.GROUPS, 0, requests), row(Exposure.GROUPS, 0, counted.errors())),
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  private static Doubles row(int size, int place, double value) {
    return Doubles.generate(size, i -> i == place ? value : 0);
  }
}
