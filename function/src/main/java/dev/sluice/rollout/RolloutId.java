package dev.sluice.rollout;

/// What a rollout is called in paths and logs.
public record RolloutId(String value) {
  public RolloutId {
    if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException(
          "a rollout's id must match [A-Za-z0-9][A-Za-z0-9._-]{0,127}: " + value);
    }
  }
}
