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

  /// Whether a window can be used: once callers matter, one that does not know them cannot.
  boolean canUse(Units units, PairedCounts window) {
    return window.grouped().isPresent() || (dispersedSince.isEmpty() && units != Units.DISPERSED);
  }

  Clusters after(Units units, PairedCounts window, long used) {
    return window.grouped().map(grouped -> after(units, window, grouped, used)).orElse(this);
  }

  private Clusters after(Units units, PairedCounts window, Grouped grouped, long used) {
    boolean dispersed =
        switch (units) {
          case REQUEST, CALLER -> false;
          case DISPERSED -> true;
          case AUTO ->
              grouped.stableReturning() >= RETURNING * window.stable().units()
                  || grouped.canaryReturning() >= RETURNING * window.canary().units();
        };
    return new Clusters(
        dispersion.after(window, grouped),
        dispersedSince.isEmpty() && dispersed ? OptionalLong.of(used) : dispersedSince);
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
