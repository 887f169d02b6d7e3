package dev.sluice.rollout;

import dev.sluice.routing.Share;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Steps from a count, a maximum and a duration.
public final class Ramp {
  private Ramp() {}

  /// Evenly spaced shares up to a maximum, each held for its part of the duration.
  public static List<Plan.Step> of(int count, Share maximum, Duration duration) {
    if (count < 1 || count > maximum.basisPoints()) {
      throw new IllegalArgumentException(
          "a ramp needs 1 to %d steps up to %s %%: %d"
              .formatted(maximum.basisPoints(), Words.percent(maximum), count));
    }
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> Share.ofFraction(maximum.fraction() * i / count))
        .map(share -> Plan.Step.of(share).withMinTime(duration.dividedBy(count)))
        .toList();
  }
}
