package dev.sluice.statistics;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Whether feedback arrives for both arms alike. If people report more of one arm's answers than of
/// the other's, those reports are another selection of answers, and comparing them says nothing.
///
/// A report is the canary's with odds `e^z rho`: `e^z` being the odds of a request, and `rho` how
/// many times as often an answer of the canary is reported. Given the number of reports in a
/// window, each bet on a `rho` beyond the tolerated ratio `r` is multiplied by the likelihood of
/// that `rho` next to the likelihood of `r`; with `lsg(u) = -ln(1 + exp(-u))` its log grows by
///
///     xB (lsg(z + ln rho) - lsg(z + ln r)) + xA (lsg(-z - ln rho) - lsg(-z - ln r))
///
/// and the same with `-ln` for a canary that is reported less often. While the ratio is within `1/r
/// .. r` none of them is expected to grow, nor is their mean: by Ville (1939) that ever reaches
/// `1/alpha` with a chance of at most `alpha`, both sides together.
///
/// What `z` is takes care, because a report may come long after its answer:
///
/// - The share does not say: callers who keep their version do not follow it.
/// - The requests of the same window are not those whose reports arrive. While the odds are
///   constant those of all requests under the present share are the better estimate, and once there
///   are enough of them its error is small beside `r`. So only reports of answers under the present
///   share may be counted, and a changed share begins anew; what was proven stays.
/// - Where the odds move under one share, because callers who stay are replaced slowly, the window
///   itself may be nearer to the truth. So of both odds each side takes those that tell less
///   against it.
///
/// Reports are taken for independent. Callers who report everything, on one arm by chance, are
/// found different too often: then guards have no data, which is the safe side.
///
/// @param tolerance how many times as often either arm may be reported
/// @param alpha chance to suspect reports that arrive alike, over all looks together
public record FeedbackRates(double tolerance, double alpha) {
  public static final FeedbackRates DEFAULT = new FeedbackRates(1.25, 0.01);

  /// Ratios that are bet on, as factors on the tolerance.
  private static final List<Double> BEYOND = List.of(1.2, 1.5, 2.25, 4.5);

  /// Requests of an arm that make odds: an error of a tenth, within a tolerance of a quarter.
  private static final double ENOUGH = 100;

  public FeedbackRates {
    if (!(tolerance >= 1) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException("tolerance must be 1 or more: " + tolerance);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be within 0..1, both excluded: " + alpha);
    }
  }

  /// What came of one arm.
  ///
  /// @param requests that it answered
  /// @param reports of answers under the present share; they may be of earlier windows
  public record Heard(double requests, double reports) {
    public static final Heard NOTHING = new Heard(0, 0);

    Heard plus(Heard other) {
      return new Heard(requests + other.requests, reports + other.reports);
    }

    boolean valid() {
      return count(requests) && count(reports);
    }

    private static boolean count(double number) {
      return number >= 0 && number <= Counts.LARGEST;
    }

    /// Reports for each request; not a number while there are none.
    public double rate() {
      return reports / requests;
    }
  }

  /// What one window brings.
  ///
  /// @param share of the canary, a fraction
  public record Window(double share, Heard stable, Heard canary) {
    boolean valid() {
      return share >= 0 && share <= 1 && stable.valid() && canary.valid();
    }
  }

  /// Before the first window.
  public FeedbackRatesState start() {
    return new FeedbackRatesState(
        Doubles.zeros(2 * BEYOND.size()),
        OptionalDouble.empty(),
        Heard.NOTHING,
        Heard.NOTHING,
        Heard.NOTHING,
        Heard.NOTHING,
        0,
        0,
        OptionalLong.empty());
  }

  /// After a window. One that cannot be true is left out.
  public FeedbackRatesState after(FeedbackRatesState state, Window window) {
    if (!window.valid()) {
      return state;
    }
    FeedbackRatesState heard = state.heard(window);
    if (!enough(heard.standingStable(), heard.standingCanary())) {
      return heard;
    }
    double standing = logOdds(heard.standingStable(), heard.standingCanary());
    double own =
        enough(window.stable(), window.canary())
            ? logOdds(window.stable(), window.canary())
            : standing;
    Doubles wealth =
        Doubles.of(
            Stream.concat(
                    BEYOND.stream().map(beyond -> new Bet(Math.max(standing, own), 1, beyond)),
                    BEYOND.stream().map(beyond -> new Bet(Math.min(standing, own), -1, beyond)))
                .mapToDouble(bet -> gain(bet, window))
                .toArray());
    Doubles next = heard.wealth().plus(wealth);
    double logE = LogSum.of(next.toArray()) - Math.log(next.size());
    return heard.judged(next, logE, -Math.log(alpha));
  }

  /// One bet in one window.
  ///
  /// @param z the log odds of a request
  /// @param side 1: the canary is reported more often
  /// @param beyond the tolerance
  private record Bet(double z, int side, double beyond) {}

  private double gain(Bet bet, Window window) {
    double tolerated = bet.z() + bet.side() * Math.log(tolerance);
    double suspected = tolerated + bet.side() * Math.log(bet.beyond());
    return window.canary().reports() * (lsg(suspected) - lsg(tolerated))
        + window.stable().reports() * (lsg(-suspected) - lsg(-tolerated));
  }

  private static double lsg(double u) {
    return u >= 0 ? -Math.log1p(Math.exp(-u)) : u - Math.log1p(Math.exp(u));
  }

  private static boolean enough(Heard stable, Heard canary) {
    return stable.requests() >= ENOUGH && canary.requests() >= ENOUGH;
  }

  private static double logOdds(Heard stable, Heard canary) {
    return Math.log(canary.requests()) - Math.log(stable.requests());
  }
}
