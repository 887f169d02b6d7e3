package dev.sluice.statistics;

import dev.sluice.statistics.FeedbackRates.Heard;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a [FeedbackRates] remembers: values only.
///
/// @param wealth the log of what each bet has won
/// @param share of the last window
/// @param standingStable what came of stable since the share is this one
/// @param standingCanary the same of the canary
/// @param stable all windows
/// @param canary all windows
/// @param maxLogE the largest evidence so far, at least 0, a natural log
/// @param used windows that entered the evidence
/// @param differentAt the used window in which a difference was proven; it stays proven
public record FeedbackRatesState(
    Doubles wealth,
    OptionalDouble share,
    Heard standingStable,
    Heard standingCanary,
    Heard stable,
    Heard canary,
    double maxLogE,
    long used,
    OptionalLong differentAt) {

  /// Whether feedback was proven to arrive at different rates.
  public boolean different() {
    return differentAt.isPresent();
  }

  FeedbackRatesState heard(FeedbackRates.Window window) {
    boolean same = share.isPresent() && share.getAsDouble() == window.share();
    return new FeedbackRatesState(
        wealth,
        OptionalDouble.of(window.share()),
        same ? standingStable.plus(window.stable()) : window.stable(),
        same ? standingCanary.plus(window.canary()) : window.canary(),
        stable.plus(window.stable()),
        canary.plus(window.canary()),
        maxLogE,
        used,
        differentAt);
  }

  FeedbackRatesState judged(Doubles next, double logE, double barrier) {
    long now = used + 1;
    return new FeedbackRatesState(
        next,
        share,
        standingStable,
        standingCanary,
        stable,
        canary,
        Math.max(maxLogE, logE),
        now,
        differentAt.isEmpty() && logE >= barrier ? OptionalLong.of(now) : differentAt);
  }
}
