package dev.sluice.config;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Random bits that do not repeat in the copies of a snapshot: the generators of the JDK keep their
/// seed in memory, and copies of it would draw the same. For one thread at a time.
final class FreshChance implements Supplier<RandomGenerator> {
  private final RandomGenerator seeds;
  private volatile RandomGenerator current;

  /// @param seeds that differ in every process
  FreshChance(RandomGenerator seeds) {
    this.seeds = seeds;
    this.current = new SplittableRandom(seeds.nextLong());
  }

  static FreshChance seeded() {
    return new FreshChance(new SecureRandom());
  }

  @Override
  public RandomGenerator get() {
    return current;
  }

  /// From now on other bits than those which a copy of this would draw.
  void anew() {
    current = new SplittableRandom(seeds.nextLong());
  }
}
