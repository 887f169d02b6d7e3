package dev.sluice.statistics;

/// Values of both arms that were measured side by side, at one share of the traffic.
record Block(Moments stable, Moments canary) {
  static final Block NONE = new Block(Moments.NONE, Moments.NONE);

  Block plus(Moments moreStable, Moments moreCanary) {
    return new Block(stable.plus(moreStable), canary.plus(moreCanary));
  }

  boolean valid() {
    return stable.valid() && canary.valid();
  }

  boolean complete(double minBlock) {
    return stable.units() >= minBlock && canary.units() >= minBlock;
  }

  /// The variance of one value, from both arms.
  double variance() {
    return (stable.squares() + canary.squares()) / (stable.units() + canary.units() - 2);
  }

  /// `h`: how much this block has to say, half the harmonic mean of the arms.
  double weight() {
    return stable.units() * canary.units() / (stable.units() + canary.units());
  }

  /// The variance of an arm's mean. The three degrees of freedom fewer make up for its being
  /// estimated: the expectation of `1/estimate` is then that of a known variance.
  static double varianceOfMean(Moments arm) {
    return arm.squares() / (arm.units() - 3) / arm.units();
  }
}
