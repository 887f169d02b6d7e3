package dev.sluice.experiment;

import java.time.Instant;

/// Remembers of which exposures somebody has reported already: each is counted once, and the first
/// report stands. Thread-safe.
public interface FirstFeedback {
  /// Whether nobody has reported of this exposure before. Of many who ask at the same time one is
  /// the first. Whoever is told so counts: nobody will be told so again.
  ///
  /// @param forget when the exposure's token expires, after which nobody asks again
  /// @throws RuntimeException when that cannot be found out now. Nothing is counted then
  boolean first(ExposureId id, Instant forget);
}
