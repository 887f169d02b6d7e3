package dev.sluice.backtest;

import dev.sluice.routing.Share;
import dev.sluice.statistics.PairedLatencies;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Invented latencies of two arms, window by window.
///
/// @param traffic a minute of it is a window
/// @param share of the canary in a window
record Latencies(Traffic traffic, Effect effect, IntFunction<Share> share, int windows)
    implements Source<PairedLatencies> {
  private static final Instant BEGAN = Instant.EPOCH;

  /// A service that never fails.
  ///
  /// @param sigma of the lognormal latency, whose p95 is a bound of a bucket: nothing is lost by
  ///     rounding, so a canary at the edge is there
  /// @param drift of the latency over a day
  static Traffic service(int perMinute, double sigma, Drift drift) {
    return new Traffic(
        perMinute,
        Drift.NONE,
        0,
        Drift.NONE,
        new Traffic.Latency(0.999 * 32_768 * Math.exp(-1.6448536 * sigma), sigma, drift),
        new Callers.Unknown(),
        Optional.empty());
  }

  @Override
  public IntFunction<PairedLatencies> run(RandomGenerator chance) {
    SimulatedTraffic day = new SimulatedTraffic(traffic, effect, BEGAN, chance);
    return number -> {
      Instant start = BEGAN.plus(Duration.ofMinutes(number));
      var window =
          day.window(start, start.plus(Duration.ofMinutes(1)), share.apply(number)).window();
      return PairedLatencies.of(window.stable().latency(), window.canary().latency());
    };
  }

  @Override
  public double canaryRequests(PairedLatencies window) {
    return window.canary().total();
  }

  @Override
  public double requests(PairedLatencies window) {
    return window.canary().total() + window.stable().total();
  }
}
