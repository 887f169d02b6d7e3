package dev.sluice.backtest;

import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One day, or several, of invented traffic: a window for each share that is asked for.
///
/// A run begins at a time of day of its own; requests, errors and latency swing independently of
/// each other. The number of requests is what the rate says, rounded: the tests compare within a
/// window, and none of them looks at how the number scatters. Not thread-safe: it draws from one
/// source of chance.
final class SimulatedTraffic {
  private final Traffic traffic;
  private final Effect effect;
  private final RandomGenerator chance;
  private final Instant began;
  private final double requestPhase;
  private final double errorPhase;
  private final double latencyPhase;
  private final Population population;

  SimulatedTraffic(Traffic traffic, Effect effect, Instant began, RandomGenerator chance) {
    this.traffic = traffic;
    this.effect = effect;
    this.began = began;
    this.chance = chance;
    this.requestPhase = chance.nextDouble();
    this.errorPhase = chance.nextDouble();
    this.latencyPhase = chance.nextDouble();
    this.population = Population.of(traffic, effect, chance);
  }

  /// What a moment of the day is like.
  ///
  /// @param stable chance of a request to fail on stable
  /// @param canary the same on the canary
  private record Moment(int requests, double stable, double canary, double medianMicros) {}

  private Moment moment(Instant start, Instant end) {
    double from = Duration.between(began, start).toMillis() / 60_000.0;
    double minutes = Duration.between(start, end).toMillis() / 60_000.0;
    double middle = from + minutes / 2;
    double requests = traffic.perMinute() * traffic.requestDrift().at(middle, requestPhase);
    double stable = Math.min(1, traffic.errors() * traffic.errorDrift().at(middle, errorPhase));
    Traffic.Latency latency = traffic.latency();
    return new Moment(
        Draws.rounded(chance, requests * minutes),
        stable,
        effect.failing(stable),
        latency.medianMicros() * latency.drift().at(middle, latencyPhase));
  }

  /// A window under a share.
  Sample window(Instant start, Instant end, Share share) {
    Moment moment = moment(start, end);
    double sigma = traffic.latency().sigma();
    double slower = moment.medianMicros() * effect.latencyFactor();
    boolean known = !(traffic.callers() instanceof Callers.Unknown);
    Arm stable =
        known
            ? Arm.ofCallers(moment.medianMicros(), sigma)
            : Arm.ofRequests(moment.medianMicros(), sigma);
    Arm canary = known ? Arm.ofCallers(slower, sigma) : Arm.ofRequests(slower, sigma);
    draw(moment, share.fraction(), stable, canary);
    Window window =
        new Window(start, end, share, tally(stable, 0), tally(canary, effect.scoreDifference()));
    return new Sample(window, canary.requests() * moment.stable());
  }

  private void draw(Moment moment, double share, Arm stable, Arm canary) {
    switch (traffic.callers()) {
      case Callers.Unknown unknown -> {
        int ofCanary = Draws.binomial(chance, moment.requests(), share);
        stable.draw(chance, moment.requests() - ofCanary, moment.stable());
        canary.draw(chance, ofCanary, moment.canary());
      }
      case Callers.Fixed all -> drawFixed(moment, share, stable, canary);
      case Callers.Passing passing -> drawPassing(passing, moment, share, stable, canary);
    }
  }

  private void drawFixed(Moment moment, double share, Arm stable, Arm canary) {
    for (int i = 0; i < moment.requests(); i++) {
      int caller = chance.nextInt(population.size());
      if (population.place(caller) < share) {
        double failing = population.onCanary(caller, moment.canary());
        canary.drawReturning(chance, population.group(caller), failing);
      } else {
        double failing = population.onStable(caller, moment.stable());
        stable.drawReturning(chance, population.group(caller), failing);
      }
    }
  }

  private void drawPassing(
      Callers.Passing passing, Moment moment, double share, Arm stable, Arm canary) {
    double alike = passing.alike().correlation();
    int callers = Draws.rounded(chance, moment.requests() / passing.requests());
    for (int i = 0; i < callers; i++) {
      boolean tried = chance.nextDouble() < share;
      double mean = tried ? moment.canary() : moment.stable();
      int group = chance.nextInt(Population.GROUPS);
      int requests = Draws.geometric(chance, passing.requests());
      (tried ? canary : stable).drawNew(chance, group, requests, Draws.beta(chance, mean, alike));
    }
  }

  private Tally tally(Arm arm, double difference) {
    return arm.tally(
        traffic
            .score()
            .map(score -> Map.of(score.name(), earned(arm, score.mean() + difference)))
            .orElse(Map.of()));
  }

  private Sums earned(Arm arm, double mean) {
    int earned = Draws.binomial(chance, arm.requests(), mean);
    return new Sums(arm.requests(), earned, earned);
  }
}
