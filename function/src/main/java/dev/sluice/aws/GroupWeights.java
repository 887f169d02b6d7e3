package dev.sluice.aws;

import dev.sluice.routing.Share;
import java.util.Optional;

/// Weights of two target groups. A load balancer takes whole numbers up to 999 and splits by their
/// ratio, so not every share can be had: whole percents can, and tenths of them up to some; of the
/// others the nearest below is taken, since a canary must not have more than was decided.
///
/// @param stable weight of the group of the stable version, 0..999
/// @param canary weight of the other
record GroupWeights(int stable, int canary) {
  static final int MOST = 999;

  private static final int WHOLE = Share.ALL.basisPoints();
  private static final int PERCENT = 100;

  GroupWeights {
    if (stable < 0 || canary < 0 || stable > MOST || canary > MOST) {
      throw new IllegalArgumentException(
          "weights must be 0..%d: %d and %d".formatted(MOST, stable, canary));
    }
  }

  /// Empty where the share is less than the smallest that can be had, 0.1 %.
  static Optional<GroupWeights> of(Share share) {
    int part = share.basisPoints();
    if (part == WHOLE || part == 0) {
      return Optional.of(new GroupWeights(part == 0 ? PERCENT : 0, part == 0 ? 0 : PERCENT));
    }
    var best = new GroupWeights(1, 0);
    for (int stable = 1; stable <= MOST; stable++) {
      var next = new GroupWeights(stable, Math.min(MOST, part * stable / (WHOLE - part)));
      if (next.moreThan(best)) {
        best = next;
      }
    }
    return best.canary == 0 ? Optional.empty() : Optional.of(best);
  }

  private int sum() {
    return stable + canary;
  }

  private boolean moreThan(GroupWeights other) {
    return canary * other.sum() > other.canary * sum();
  }

  /// Whether both split alike.
  boolean sameRatio(GroupWeights other) {
    return sum() > 0 && other.sum() > 0 && canary * other.sum() == other.canary * sum();
  }

  /// The canary's part, rounded up; empty where no group has a weight.
  Optional<Share> share() {
    return sum() == 0
        ? Optional.empty()
        : Optional.of(Share.of(Math.ceilDiv(canary * WHOLE, sum())));
  }
}
