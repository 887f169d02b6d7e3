package dev.sluice.load;

import java.math.BigDecimal;
import java.math.MathContext;

/// A promise that is held or not.
///
/// @param promise in words
/// @param seen what was measured, in words
record Gate(String promise, String seen, boolean passed) {

  /// Nothing measured is not health.
  static Gate measured(Tally tally, double expected) {
    long all = tally.all();
    return new Gate(
        "at least half of " + Math.round(expected) + " requests were sent",
        Long.toString(all),
        all > 0 && all >= expected / 2);
  }

  /// @param refusalsToo whether a 503 counts as an error; it does not where the service is asked
  ///     for more than it can do
  static Gate errors(Tally tally, double most, boolean refusalsToo) {
    long errors = tally.of(Tally.End.FAILED) + (refusalsToo ? tally.of(Tally.End.REFUSED) : 0);
    long judged = tally.all() - tally.of(Tally.End.LIMITED);
    double share = judged == 0 ? 1 : (double) errors / judged;
    return new Gate(
        "errors at most " + percent(most) + " %",
        percent(share) + " %: " + errors + " of " + judged,
        share <= most);
  }

  static Gate latency(Tally tally, int percentile, double mostMs) {
    int seen = tally.percentile(percentile / 100.0);
    return new Gate(
        "p" + percentile + " at most " + number(mostMs) + " ms",
        seen < 0 ? "no answer" : seen + " ms",
        seen >= 0 && seen <= mostMs);
  }

  /// The same, of a part of the run.
  Gate of(String part) {
    return new Gate(part + ": " + promise, seen, passed);
  }

  private static String percent(double share) {
    return number(share * 100);
  }

  private static String number(double value) {
    return new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }
}
