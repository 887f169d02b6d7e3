package dev.sluice.admission;

import java.util.regex.Pattern;

/// How often, under a name that callers see.
///
/// @param name token of letters, digits and `-`, `_`, such as `caller`
/// @param perSecond requests a second in the long run; 0 switches the policy off
/// @param burst requests at once after a pause
public record RatePolicy(String name, double perSecond, int burst) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final double MIN_RATE = 0.001;
  private static final double MAX_RATE = 1e6;
  private static final int MAX_BURST = 1_000_000;

  public RatePolicy {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("policy name must be a lower-case token: " + name);
    }
    if (!(perSecond == 0 || (perSecond >= MIN_RATE && perSecond <= MAX_RATE))) {
      throw new IllegalArgumentException("rate must be 0 (off) or 0.001..1000000: " + perSecond);
    }
    if (burst < 1 || burst > MAX_BURST) {
      throw new IllegalArgumentException("burst must be 1..1000000: " + burst);
    }
  }

  public boolean off() {
    return perSecond == 0;
  }

  /// Nanoseconds in which one token comes back, rounded up, so that rounding never grants more.
  long nanosPerToken() {
    return (long) Math.ceil(1e9 / perSecond);
  }
}
