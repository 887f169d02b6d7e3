package dev.sluice.routing;

/// A part of the traffic, in basis points: 10,000 are all of it.
public record Share(int basisPoints) implements Comparable<Share> {
  static final int WHOLE = 10_000;

  public static final Share NONE = new Share(0);
  public static final Share ALL = new Share(WHOLE);

  public Share {
    if (basisPoints < 0 || basisPoints > WHOLE) {
      throw new IllegalArgumentException("share must be 0..10000 basis points: " + basisPoints);
    }
  }

  public static Share of(int basisPoints) {
    return new Share(basisPoints);
  }

  /// The nearest share to a fraction of 0..1.
  public static Share ofFraction(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("share must be a fraction 0..1: " + fraction);
    }
    return new Share((int) Math.round(fraction * WHOLE));
  }

  /// The nearest share to a percentage of 0..100.
  public static Share ofPercent(double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("share must be 0..100 percent: " + percent);
    }
    return new Share((int) Math.round(percent * (WHOLE / 100)));
  }

  public double fraction() {
    return basisPoints / (double) WHOLE;
  }

  public double percent() {
    return basisPoints / (WHOLE / 100.0);
  }

  /// What is left of the traffic.
  public Share rest() {
    return new Share(WHOLE - basisPoints);
  }

  @Override
  public int compareTo(Share other) {
    return Integer.compare(basisPoints, other.basisPoints);
  }
}
