package dev.sluice.statistics;

import java.util.OptionalLong;

/// What a [SampleRatio] remembers: values only.
///
/// @param ell the log-likelihood profile: how well each factor on the odds explains the
///     assignments, next to none
/// @param logE evidence of a mismatch, a natural log
/// @param maxLogE the largest so far, at least 0
/// @param used windows that entered the evidence
/// @param skipped windows that had nothing to compare
/// @param invalid windows that could not be true
/// @param mismatchAt the used window in which a mismatch was proven; it stays proven
public record SampleRatioState(
    Doubles ell,
    double logE,
    double maxLogE,
    long used,
    long skipped,
    long invalid,
    OptionalLong mismatchAt) {

  /// What the assignments say about the experiment itself.
  public enum Verdict {
    /// The arms do not get what was configured: the experiment is broken, whatever the model does.
    MISMATCH,
    /// Nothing proven.
    OK_SO_FAR,
    /// No window could be used.
    NO_DATA
  }

  public Verdict verdict() {
    if (mismatchAt.isPresent()) {
      return Verdict.MISMATCH;
    }
    return used == 0 ? Verdict.NO_DATA : Verdict.OK_SO_FAR;
  }

  SampleRatioState afterSkipped() {
    return new SampleRatioState(ell, logE, maxLogE, used, skipped + 1, invalid, mismatchAt);
  }

  SampleRatioState afterInvalid() {
    return new SampleRatioState(ell, logE, maxLogE, used, skipped, invalid + 1, mismatchAt);
  }

  SampleRatioState afterUsed(Doubles next, double evidence, double barrier) {
    long now = used + 1;
    OptionalLong mismatch =
        mismatchAt.isEmpty() && evidence >= barrier ? OptionalLong.of(now) : mismatchAt;
    return new SampleRatioState(
        next, evidence, Math.max(maxLogE, evidence), now, skipped, invalid, mismatch);
  }
}
