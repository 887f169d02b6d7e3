package dev.sluice.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is wrong with a rollout now, each kind at most once.
public record Troubles(List<Trouble> present) {
  public static final Troubles NONE = new Troubles(List.of());

  public Troubles {
    present = List.copyOf(present);
  }

  public Optional<Trouble> of(Trouble.Kind kind) {
    return present.stream().filter(trouble -> trouble.kind() == kind).findFirst();
  }

  /// With this one, unless it is there already: it began when it was first seen.
  Troubles with(Trouble trouble) {
    if (of(trouble.kind()).isPresent()) {
      return this;
    }
    return new Troubles(Stream.concat(present.stream(), Stream.of(trouble)).toList());
  }

  Troubles without(Trouble.Kind kind) {
    if (of(kind).isEmpty()) {
      return this;
    }
    return new Troubles(present.stream().filter(trouble -> trouble.kind() != kind).toList());
  }

  /// One that has lasted so long.
  Optional<Trouble> lasting(Duration atLeast, Instant now) {
    return present.stream()
        .filter(trouble -> Duration.between(trouble.since(), now).compareTo(atLeast) >= 0)
        .findFirst();
  }
}
