package dev.sluice.statistics;

/// How far the canary's mean was from a contrast, summed over blocks.
///
/// @param contrast what it was held against
/// @param s `S`: the differences, each times the weight of its block
/// @param v `V`: the variance of that sum
public record ContrastSums(Contrast contrast, double s, double v) {
  static ContrastSums none(Contrast contrast) {
    return new ContrastSums(contrast, 0, 0);
  }

  ContrastSums plus(Block block) {
    double r = contrast.factor();
    double h = block.weight();
    double difference = block.canary().mean() - r * block.stable().mean() - contrast.offset();
    double variance =
        Block.varianceOfMean(block.canary()) + r * r * Block.varianceOfMean(block.stable());
    return new ContrastSums(contrast, s + h * difference, v + h * h * variance);
  }

  boolean finite() {
    return Double.isFinite(s) && Double.isFinite(v);
  }
}
