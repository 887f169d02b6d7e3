package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
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

  static PairedCounts counts(Events events, Units units, Window window) {
    return units == Units.CALLER && events instanceof Events.Errors
        ? PairedCounts.of(callers(window.stable()), callers(window.canary()))
        : new PairedCounts(
            counts(events, window.stable()),
            counts(events, window.canary()),
            grouped(events, window));
  }

  private static Counts callers(Tally tally) {
    return tally.hasAllCallers() ? tally.callers() : UNKNOWN;
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
    return new Counts(sums.units(), sums.units() - sums.sum());
  }

  private static Optional<PairedCounts.Grouped> grouped(Events events, Window window) {
    Tally stable = window.stable();
    Tally canary = window.canary();
    return switch (events) {
      case Events.Errors errors ->
          Optional.of(
              new PairedCounts.Grouped(
                  new GroupCounts(stable.groups().requests(), stable.groups().errors()),
                  new GroupCounts(canary.groups().requests(), canary.groups().errors()),
                  stable.returning(),
                  canary.returning()));
      case Events.SlowerThan slower ->
          groupedLatencies(window)
              .map(
                  latencies ->
                      new PairedCounts.Grouped(
                          latencies.stable().above(slower.bucket()),
                          latencies.canary().above(slower.bucket()),
                          stable.returning(),
                          canary.returning()));
      case Events.Loss loss -> Optional.empty();
    };
  }

  static PairedLatencies latencies(Window window) {
    return new PairedLatencies(
        window.stable().latency(), window.canary().latency(), groupedLatencies(window));
  }

  private static Optional<PairedLatencies.Grouped> groupedLatencies(Window window) {
    Tally stable = window.stable();
    Tally canary = window.canary();
    return stable
        .groupedLatency()
        .flatMap(
            ofStable ->
                canary
                    .groupedLatency()
                    .map(
                        ofCanary ->
                            new PairedLatencies.Grouped(
                                new GroupLatencies(ofStable.counts()),
                                new GroupLatencies(ofCanary.counts()),
                                stable.returning(),
                                canary.returning())));
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
