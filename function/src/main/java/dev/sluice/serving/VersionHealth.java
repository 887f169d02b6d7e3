package dev.sluice.serving;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How one version is on this instance, and why that is said.
///
/// @param digest SHA-256 of the file; none where none was loaded
public record VersionHealth(
    String model, String version, Optional<String> digest, State state, List<Check> checks) {

  /// In one word.
  public enum State {
    LOADING,
    /// Every check passes, or has too little to go by.
    HEALTHY,
    /// A check warns.
    DEGRADED,
    /// A check fails.
    UNHEALTHY,
    /// It could not be loaded.
    FAILED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public VersionHealth {
    checks = List.copyOf(checks);
  }

  /// A loaded version by its checks: the worst of them says it.
  public static VersionHealth of(String model, String version, String digest, List<Check> checks) {
    return new VersionHealth(model, version, Optional.of(digest), worst(checks), checks);
  }

  /// A version that is on its way into memory.
  public static VersionHealth loading(String model, String version) {
    return new VersionHealth(
        model, version, Optional.empty(), State.LOADING, List.of(Checks.loading()));
  }

  /// A version that could not be loaded.
  public static VersionHealth failed(String model, String version, String why) {
    return new VersionHealth(
        model, version, Optional.empty(), State.FAILED, List.of(Checks.notLoaded(why)));
  }

  private static State worst(List<Check> checks) {
    State worst = State.HEALTHY;
    for (Check check : checks) {
      State state =
          switch (check.status()) {
            case PASS, PENDING -> State.HEALTHY;
            case WARN -> State.DEGRADED;
            case FAIL -> State.UNHEALTHY;
          };
      worst = state.compareTo(worst) > 0 ? state : worst;
    }
    return worst;
  }
}
