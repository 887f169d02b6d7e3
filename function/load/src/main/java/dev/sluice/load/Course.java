package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;

import io.gatling.javaapi.core.OpenInjectionStep;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// How many requests are sent when, whether or not earlier ones were answered.
record Course(List<Phase> phases) {
  private static final int LEVELS = 8;
  private static final int DIGITS = 6;

  /// A time at one rate.
  record Phase(String name, double perSecond, Duration length) {
    /// Requests that will have been sent in it.
    double requests() {
      return perSecond * length.toNanos() / 1e9;
    }
  }

  Course {
    phases = List.copyOf(phases);
  }

  static Course steady(String name, Order order) {
    return new Course(List.of(new Phase(name, order.perSecond(), order.length())));
  }

  /// In equal steps up to the rate that was ordered.
  static Course ramp(Order order) {
    return new Course(
        IntStream.rangeClosed(1, LEVELS)
            .mapToObj(level -> order.perSecond() * level / LEVELS)
            .map(rate -> new Phase(perSecond(rate), rate, order.length().dividedBy(LEVELS)))
            .toList());
  }

  /// The name of a level. Two levels are at least an eighth apart: so many digits tell them apart,
  /// however small the rate is.
  private static String perSecond(double rate) {
    BigDecimal digits = new BigDecimal(rate).round(new MathContext(DIGITS));
    return digits.stripTrailingZeros().toPlainString() + "/s";
  }

  /// A fifth of the rate, then all of it, then a fifth again.
  static Course spike(Order order) {
    Duration fifth = order.length().dividedBy(5);
    double low = order.perSecond() / 5;
    return new Course(
        List.of(
            new Phase("before", low, fifth.multipliedBy(2)),
            new Phase("spike", order.perSecond(), fifth),
            new Phase("after", low, fifth.multipliedBy(2))));
  }

  OpenInjectionStep[] injection() {
    return phases.stream()
        .map(phase -> constantUsersPerSec(phase.perSecond()).during(phase.length()))
        .toArray(OpenInjectionStep[]::new);
  }

  /// The phase that a request belongs to which is sent so long after the beginning.
  Phase at(Duration since) {
    Duration end = Duration.ZERO;
    for (Phase phase : phases) {
      end = end.plus(phase.length());
      if (since.compareTo(end) < 0) {
        return phase;
      }
    }
    return phases.getLast();
  }

  /// Requests that will have been sent.
  double requests() {
    return phases.stream().mapToDouble(Phase::requests).sum();
  }
}
