package dev.sluice.experiment;

import dev.sluice.routing.Share;
import java.time.Instant;

/// What both arms brought between two moments under one share, over all processes.
///
/// @param share of the canary
/// @param silentFor this window and those right before it in which stable had requests and the
///     canary, with a share above 0, had none; 0 when the canary had some
public record Window(
    Instant start, Instant end, Share share, Tally stable, Tally canary, int silentFor) {

  /// Windows after which a canary without requests is called silent.
  public static final int SILENT_AFTER = 5;

  /// Whether the canary has gone silent.
  public boolean silent() {
    return silentFor >= SILENT_AFTER;
  }
}
