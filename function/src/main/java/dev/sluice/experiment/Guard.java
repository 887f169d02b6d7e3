package dev.sluice.experiment;

/// Something that must not get worse.
///
/// @param name by which people know it: `error_rate`, `latency_p95`
/// @param weight its part of the chance to condemn an innocent canary, relative to other guards'
/// @param role whether a step waits for its proof
/// @param action what its harm does
public record Guard(String name, Rule rule, double weight, Role role, Action action) {
  private static final double LEAST_WEIGHT = 0.001;
  private static final double LARGEST_WEIGHT = 1000;

  public Guard {
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw new IllegalArgumentException("a guard's name must match [a-z][a-z0-9_]{0,63}: " + name);
    }
    if (!(weight >= LEAST_WEIGHT && weight <= LARGEST_WEIGHT)) {
      throw new IllegalArgumentException("weight must be 0.001..1000: " + weight);
    }
  }

  /// A guard that steps wait for and whose harm rolls back.
  public static Guard of(String name, Rule rule) {
    return new Guard(name, rule, 1, Role.PACING, Action.ROLL_BACK);
  }

  public Guard withRole(Role other) {
    return new Guard(name, rule, weight, other, action);
  }

  public Guard withAction(Action other) {
    return new Guard(name, rule, weight, role, other);
  }

  public Guard withWeight(double other) {
    return new Guard(name, rule, other, role, action);
  }

  /// Whether a step waits for a guard's proof.
  public enum Role {
    /// No step is entered without its proof.
    PACING,
    /// Only its harm counts.
    ROLLBACK_ONLY
  }

  /// What a guard's harm does.
  public enum Action {
    /// The canary gets no traffic, for good.
    ROLL_BACK,
    /// The canary gets no traffic and waits for a person.
    PAUSE,
    /// One step back for each closed window, from the first step out.
    REDUCE_TRAFFIC,
    /// Somebody is told.
    ALERT
  }
}
