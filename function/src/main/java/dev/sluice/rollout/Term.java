package dev.sluice.rollout;

import java.time.Duration;
import java.time.Instant;

/// The time that a rollout has been given.
///
/// @param start when its first step began
/// @param since when the present term began: at the start, or when a person resumed it after its
///     deadline, which would else be over again at once
public record Term(Instant start, Instant since, Extension extension) {

  static Term beginning(Instant now) {
    return new Term(now, now, Extension.NOT_USED);
  }

  Term extended() {
    return new Term(start, since, Extension.USED);
  }

  Term renewed(Instant now) {
    return new Term(start, now, Extension.NOT_USED);
  }

  Duration elapsed(Instant now) {
    return Duration.between(since, now);
  }
}
