package dev.sluice.statistics;

import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.OptionalLong;

/// What a test knows about callers, and whether it uses that yet. What dispersion needs is
/// collected from the first window on and enters at evaluation only, so that a switch changes
/// nothing stored.
///
/// @param dispersedSince the used window from which on evidence is divided, for good
public record Clusters(Dispersion dispersion, OptionalLong dispersedSince) {
  public static final Clusters NONE = new Clusters(Dispersion.NONE, OptionalLong.empty());

  // Below this, callers that come back can hardly matter.
  private static final double RETURNING = 0.05;

  /// Whether a window can be used: where callers matter, one that does not know them cannot.
  boolean canUse(Units units, PairedCounts window) {
    return window.knowsCallers() || (dispersedSince.isEmpty() && !matter(units, window));
  }

  Clusters after(Units units, PairedCounts window, long used) {
    if (!window.knowsCallers()) {
      return this;
    }
    return new Clusters(
        window.grouped().map(groups -> dispersion.after(window, groups)).orElse(dispersion),
        dispersedSince.isEmpty() && matter(units, window) ? OptionalLong.of(used) : dispersedSince);
  }

  private static boolean matter(Units units, PairedCounts window) {
    return switch (units) {
      case REQUEST, CALLER -> false;
      case DISPERSED -> true;
      case AUTO -> window.grouped().map(groups -> comeBack(window, groups)).orElse(false);
    };
  }

  private static boolean comeBack(PairedCounts window, Grouped groups) {
    return comeBack(window.stable(), groups.stableReturning())
        || comeBack(window.canary(), groups.canaryReturning());
  }

  // Nobody comes back to an arm without requests.
  private static boolean comeBack(Counts arm, double returning) {
    return arm.units() > 0 && returning >= RETURNING * arm.units();
  }

  /// How evidence is to be divided now.
  ///
  /// @param fixed a dispersion that the rule asks for in any case
  /// @param events of both arms, all windows
  Divisor divisor(Units units, double fixed, double events) {
    if (dispersedSince.isEmpty() && units != Units.DISPERSED) {
      return new Divisor(fixed, fixed, true);
    }
    return new Divisor(
        Math.max(fixed, dispersion.phi()),
        Math.max(fixed, dispersion.phiFloor()),
        dispersion.trusted(events));
  }

  /// How evidence is divided.
  ///
  /// @param phi for evidence about events
  /// @param phiFloor for evidence about their absence
  /// @param trusted whether `phi` may be used at all
  public record Divisor(double phi, double phiFloor, boolean trusted) {}
}
