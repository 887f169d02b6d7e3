package dev.sluice.statistics;

/// A mean that the canary's is held against: `factor * (stable's mean) + offset`.
///
/// Means are losses: more is worse.
///
/// @param factor 1: stable's mean; 0: the offset is a bound on the canary alone
/// @param offset in the units of the values
public record Contrast(double factor, double offset) {
  /// The same mean as stable.
  public static final Contrast EQUAL = new Contrast(1, 0);

  public Contrast {
    if (!(Double.isFinite(factor) && factor >= 0 && Double.isFinite(offset))) {
      throw new IllegalArgumentException(
          "factor must be 0 or more, both finite: " + factor + ", " + offset);
    }
  }

  /// Worse than stable by a part of its mean, which must then be positive.
  public static Contrast relative(double margin) {
    return new Contrast(1 + margin, 0);
  }

  /// Worse than stable by so many units.
  public static Contrast absolute(double margin) {
    return new Contrast(1, margin);
  }

  /// A bound on the canary, whatever stable does.
  public static Contrast bound(double bound) {
    return new Contrast(0, bound);
  }

  /// Whether stable's mean does not matter.
  boolean alone() {
    return factor == 0;
  }

  /// How bad the canary may be with a share `s` so that the whole service stays within this.
  ///
  ///     (1-s) mA + s mB <= r mA + d    <=>    mB <= (1 + (r-1)/s) mA + d/s
  ///
  /// A bound on the canary alone is not stretched; nor is a demanded improvement, since a share of
  /// the traffic cannot make the whole service better by that much.
  public Contrast forShare(double share) {
    if (factor < 1 || offset < 0) {
      return this;
    }
    return new Contrast(1 + (factor - 1) / share, offset / share);
  }

  /// What a canary would have to be like to be out of it.
  Margin margin() {
    return new Margin.Mean(factor, offset);
  }
}
