package dev.sluice.backtest;

import dev.sluice.experiment.Exposure;
import java.util.random.RandomGenerator;

/// The callers that come back: where the assignment puts each of them, and how often it fails on
/// either version.
///
/// A caller is on the canary while its place, even in 0..1, is below the share, so that a growing
/// share moves callers one way only. Chances follow the drift of the day in proportion; one of 1
/// stays.
final class Population {
  static final int GROUPS = Exposure.GROUPS;

  private final double stableMean;
  private final double canaryMean;
  private final double[] places;
  private final int[] groups;
  private final double[] onStable;
  private final double[] onCanary;

  private Population(double stableMean, double canaryMean, int size) {
    this.stableMean = stableMean;
    this.canaryMean = canaryMean;
    this.places = new double[size];
    this.groups = new int[size];
    this.onStable = new double[size];
    this.onCanary = new double[size];
  }

  /// The callers of a traffic that stay; nobody where none do.
  static Population of(Traffic traffic, Effect effect, RandomGenerator chance) {
    return switch (traffic.callers()) {
      case Callers.Unknown unknown -> new Population(0, 0, 0);
      case Callers.Passing passing -> new Population(0, 0, 0);
      case Callers.Fixed(int count, Callers.Alike alike) -> {
        double stable = traffic.errors();
        var population = new Population(stable, effect.failing(stable), count);
        population.draw(chance, alike.correlation());
        yield population;
      }
    };
  }

  private void draw(RandomGenerator chance, double alike) {
    for (int caller = 0; caller < places.length; caller++) {
      places[caller] = chance.nextDouble();
      groups[caller] = chance.nextInt(GROUPS);
      onStable[caller] = Draws.beta(chance, stableMean, alike);
      onCanary[caller] = Draws.beta(chance, canaryMean, alike);
    }
  }

  int size() {
    return places.length;
  }

  double place(int caller) {
    return places[caller];
  }

  int group(int caller) {
    return groups[caller];
  }

  /// The chance of a caller to fail when the mean over all is this.
  double onStable(int caller, double mean) {
    return stableMean == 0 ? 0 : onStable[caller] * mean / stableMean;
  }

  double onCanary(int caller, double mean) {
    return canaryMean == 0 ? 0 : onCanary[caller] * mean / canaryMean;
  }
}
