package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.FeedbackRates;
import dev.sluice.statistics.MeanTest;
import dev.sluice.statistics.Moments;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedLatencies;
import dev.sluice.statistics.PairedLatencies.GroupLatencies;
import dev.sluice.statistics.Units;
import java.util.Optional;

/// How a guard reads a window.
final class Readers {
  // What cannot be counted is no count: the test counts the window as invalid.
  private static final Counts UNKNOWN = new Counts(Double.NaN, Double.NaN);

  private Readers() {}

  /// @param units of the guard: callers only for errors, see [Judge]
  static PairedCounts counts(Events events, Units units, Window window) {
    return switch (units) {
      case CALLER -> PairedCounts.of(callers(window.stable()), callers(window.canary()));
      case AUTO, REQUEST, DISPERSED -> requests(events, window);
    };
  }

  private static Counts callers(Tally tally) {
    return tally.hasAllCallers() ? tally.callers() : UNKNOWN;
  }

  private static PairedCounts requests(Events events, Window window) {
    Tally stable = window.stable();
    Tally canary = window.canary();
    Counts ofStable = counts(events, stable);
    Counts ofCanary = counts(events, canary);
    return new PairedCounts(
        ofStable,
        ofCanary,
        Optional.of(
            new PairedCounts.Grouped(
                groups(events, stable),
                groups(events, canary),
                returning(stable, ofStable.units()),
                returning(canary, ofCanary.units()))));
  }

  private static Counts counts(Events events, Tally tally) {
    return switch (events) {
      case Events.Errors errors -> tally.errors();
      case Events.SlowerThan slower ->
          tally.latency().valid()
              ? new Counts(tally.latency().total(), tally.latency().above(slower.bucket()))
              : UNKNOWN;
      case Events.Loss loss -> losses(tally.scores().getOrDefault(loss.score(), Sums.NONE));
    };
  }

  private static Counts losses(Sums sums) {
    return sums.withinUnit()
        ? new Counts(sums.units(), Math.clamp(sums.units() - sums.sum(), 0, sums.units()))
        : UNKNOWN;
  }

  private static GroupCounts groups(Events events, Tally tally) {
    return switch (events) {
      case Events.Errors errors -> groups(tally.groups());
      case Events.SlowerThan slower ->
          tally.latency().valid()
              ? latencies(tally).above(tally.latency(), slower.bucket())
              : GroupCounts.NONE;
      case Events.Loss loss -> GroupCounts.NONE;
    };
  }

  // Groups of another number say nothing about ours.
  private static GroupCounts groups(Groups groups) {
    boolean ours =
        groups.requests().size() == Exposure.GROUPS && groups.errors().size() == Exposure.GROUPS;
    return ours ? new GroupCounts(groups.requests(), groups.errors()) : GroupCounts.NONE;
  }

  private static GroupLatencies latencies(Tally tally) {
    return tally
        .groupedLatency()
        .filter(grouped -> grouped.counts().size() == GroupedLatency.SIZE)
        .map(grouped -> new GroupLatencies(grouped.counts()))
        .orElse(GroupLatencies.NONE);
  }

  // Latencies and scores are not counted in one moment with the requests: their part is taken.
  private static double returning(Tally tally, double units) {
    if (units == tally.requests() || tally.requests() == 0) {
      return tally.returning();
    }
    return tally.returning() / tally.requests() * units;
  }

  static PairedLatencies latencies(Window window) {
    Tally stable = window.stable();
    Tally canary = window.canary();
    return new PairedLatencies(
        stable.latency(),
        canary.latency(),
        Optional.of(
            new PairedLatencies.Grouped(
                latencies(stable),
                latencies(canary),
                returning(stable, stable.latency().total()),
                returning(canary, canary.latency().total()))));
  }

  static FeedbackRates.Window feedback(Window window) {
    return new FeedbackRates.Window(
        window.share().fraction(), heard(window.stable()), heard(window.canary()));
  }

  private static FeedbackRates.Heard heard(Tally tally) {
    return new FeedbackRates.Heard(
        tally.requests(), tally.scores().getOrDefault(Page.FRESH_FEEDBACK, Sums.NONE).units());
  }

  static MeanTest.Window means(Values values, Window window) {
    return new MeanTest.Window(
        moments(values, window.stable()),
        moments(values, window.canary()),
        window.share().fraction());
  }

  private static Moments moments(Values values, Tally tally) {
    return switch (values) {
      case Values.LatencySeconds latency -> tally.latencySeconds().moments();
      case Values.Errors errors -> tally.errors().moments();
      case Values.Score score -> {
        Moments moments = tally.scores().getOrDefault(score.name(), Sums.NONE).moments();
        yield switch (score.better()) {
          case LESS -> moments;
          case MORE -> new Moments(moments.units(), -moments.mean(), moments.squares());
        };
      }
    };
  }
}
