package dev.sluice.statistics;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.numbers.gamma.InverseErfc;

/// What a test plan can expect before it starts: effects it would notice, and what a test with one
/// look at the end would need.
public final class Planning {
  private static final double LARGEST_RATIO = 50;
  private static final double TWO_SIDED_LEVEL = 0.05;
  private static final int HALVINGS = 200;

  private Planning() {}

  /// The minimum effect: the smallest ratio above `r0` that is proven to be above it within `total`
  /// requests of both arms. Empty when a ratio of 50 would not be.
  ///
  /// @param rate `p`: events per request of stable
  /// @param share `s`: of the canary, a fraction
  /// @param nullRatio `r0`
  public static OptionalDouble minRatio(
      double rate, double share, double nullRatio, double barrier, double power, double total) {
    if (!noticed(rate, share, LARGEST_RATIO, nullRatio, barrier, power, total)) {
      return OptionalDouble.empty();
    }
    double low = Math.log(nullRatio);
    double high = Math.log(LARGEST_RATIO);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (noticed(rate, share, Math.exp(middle), nullRatio, barrier, power, total)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalDouble.of(Math.exp(high));
  }

  private static boolean noticed(
      double rate,
      double share,
      double ratio,
      double nullRatio,
      double barrier,
      double power,
      double total) {
    OptionalDouble plan = FirstPassage.ofRatio(rate, share, ratio, nullRatio, barrier).plan(power);
    return ratio > nullRatio && plan.isPresent() && plan.getAsDouble() <= total;
  }

  /// Requests for each arm that a two-sided z-test at 5 % with a single look would need, for
  /// comparison:
  ///
  ///     (z(alpha/2) + z(power))^2 (p1 (1-p1) + p2 (1-p2)) / (p2-p1)^2,    p2 = p1 (1+effect)
  ///
  /// (Fleiss, Levin and Paik 2003, without the correction for continuity). Empty when there is no
  /// such second rate, or it is the first.
  ///
  /// @param rate `p1`: events per request of stable
  /// @param minimumEffect a part of that rate
  public static OptionalDouble fixedSample(double rate, double minimumEffect, double power) {
    double other = rate * (1 + minimumEffect);
    double distance = other - rate;
    if (!(rate >= 0 && rate <= 1 && other >= 0 && other <= 1) || distance == 0) {
      return OptionalDouble.empty();
    }
    double z = quantile(1 - TWO_SIDED_LEVEL / 2) + quantile(power);
    double variance = rate * (1 - rate) + other * (1 - other);
    return OptionalDouble.of(Math.ceil(z * z * variance / (distance * distance)));
  }

  private static double quantile(double chance) {
    return -Math.sqrt(2) * InverseErfc.value(2 * chance);
  }

  /// One of the next shares of a plan.
  ///
  /// @param canaryRequests until every guard proves it, from now on; empty: never
  /// @param canaryPerMinute canary requests per minute while the plan waits for that
  /// @param dwellMinutes that the plan stays there at least, still due
  public record Leg(OptionalDouble canaryRequests, double canaryPerMinute, double dwellMinutes) {}

  /// What the slowest guard needs; empty when one of them never comes to an end.
  public static OptionalDouble slowest(List<OptionalDouble> canaryRequests) {
    double largest = 0;
    for (OptionalDouble requests : canaryRequests) {
      if (requests.isEmpty()) {
        return OptionalDouble.empty();
      }
      largest = Math.max(largest, requests.getAsDouble());
    }
    return OptionalDouble.of(largest);
  }

  /// The minutes until the last of the legs is done; empty when one never is.
  ///
  /// With `M_j` the canary requests of leg `j`, counted from now, `M_0 = 0`, and `u_j` per minute,
  ///
  ///     minutes = sum over j of max(dwell_j, max(0, M_j - max(M_0..M_(j-1))) / u_j)
  public static OptionalDouble minutes(List<Leg> legs) {
    double minutes = 0;
    double done = 0;
    for (Leg leg : legs) {
      if (leg.canaryRequests().isEmpty()) {
        return OptionalDouble.empty();
      }
      double missing = Math.max(0, leg.canaryRequests().getAsDouble() - done);
      if (missing > 0 && !(leg.canaryPerMinute() > 0)) {
        return OptionalDouble.empty();
      }
      double waiting = missing > 0 ? missing / leg.canaryPerMinute() : 0;
      minutes += Math.max(leg.dwellMinutes(), waiting);
      done += missing;
    }
    return OptionalDouble.of(minutes);
  }
}
