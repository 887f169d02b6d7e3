package dev.sluice.experiment;

import dev.sluice.statistics.Account;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.FeedbackRatesState;
import dev.sluice.statistics.Interval;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.Verdict;
import java.util.Locale;
import java.util.OptionalDouble;

/// One guard in one sentence, for somebody who was woken up:
///
///     error_rate proven worse: 4.1 % (n=612) against 0.2 % (n=5480), ratio at least 4.9, limit
///     1.10, log10e 3.4 of 1.6
///
/// First the verdict, then what was seen of both arms, then the limit, then how strong the proof is
/// and how strong it has to be.
final class Sentences {
  private Sentences() {}

  static String of(Finding finding, Account account) {
    Guard guard = finding.guard();
    return switch (finding.verdict()) {
      case HARMFUL ->
          "%s proven %s: %s%s, limit %s, log10e %s of %s"
              .formatted(
                  guard.name(),
                  worse(guard.rule()),
                  arms(guard.rule(), account),
                  bound(guard.rule(), "at least ", atLeast(guard.rule(), account.interval())),
                  harmLimit(guard.rule()),
                  log10(finding.reading().maxLogEHarm()),
                  log10(finding.harmBarrier()));
      case SAFE ->
          "%s proven within its limit: %s%s, limit %s, log10e %s of %s"
              .formatted(
                  guard.name(),
                  arms(guard.rule(), account),
                  bound(guard.rule(), "at most ", atMost(guard.rule(), account.interval())),
                  safeLimit(guard.rule()),
                  log10(finding.reading().last().maxLogESafe()),
                  log10(finding.safeBarrier()));
      case UNDECIDED ->
          "%s undecided: %s%s, harm above %s (log10e %s of %s), safe below %s (%s of %s)"
              .formatted(
                  guard.name(),
                  arms(guard.rule(), account),
                  between(guard.rule(), account.interval()),
                  harmLimit(guard.rule()),
                  log10(finding.reading().logEHarm()),
                  log10(finding.harmBarrier()),
                  safeLimit(guard.rule()),
                  log10(finding.reading().last().logESafe()),
                  log10(finding.safeBarrier()));
      case NO_DATA -> guard.name() + " has no data: " + missing(finding);
    };
  }

  /// Why a guard on feedback is not believed.
  static String of(Guard guard, FeedbackRatesState rates) {
    return ("%s has no data: feedback arrives at different rates: %s of stable's answers, %s of the"
            + " canary's")
        .formatted(guard.name(), percent(rates.stable().rate()), percent(rates.canary().rate()));
  }

  /// What is tolerated for a share, as people say it.
  static String of(Margin margin) {
    return switch (margin) {
      case Margin.Ratio(double ratio, double floor) ->
          "canary at most "
              + fixed(ratio, 2)
              + " x stable"
              + (floor > 0 ? " or " + percent(floor) : "");
      case Margin.Tail(double ratio) ->
          "slow tail of the canary at most " + fixed(ratio, 2) + " x stable's";
      case Margin.Rate(double bound) -> "canary at most " + percent(bound);
      case Margin.Mean(double factor, double offset) ->
          "mean of the canary at most " + contrast(new Contrast(factor, offset));
    };
  }

  private static String missing(Finding finding) {
    Reading reading = finding.reading();
    return reading.verdict() == Verdict.NO_DATA
        ? "no window could be compared yet"
        : "the canary has sent nothing for " + Window.SILENT_AFTER + " windows, stable has";
  }

  private static String worse(Rule rule) {
    return switch (rule) {
      case Rule.Ratio ratio -> "worse";
      case Rule.Maximum maximum -> "too high";
      case Rule.Quantile quantile -> "slower";
      case Rule.Mean mean -> "worse";
    };
  }

  private static String arms(Rule rule, Account account) {
    return switch (rule) {
      case Rule.Ratio ratio -> rates(account) + what(ratio.events());
      case Rule.Maximum maximum -> rate(account.canary()) + what(maximum.events());
      case Rule.Quantile quantile -> tails(quantile, account);
      case Rule.Mean mean ->
          "difference of means %s (n=%s)"
              .formatted(number(account.estimate()), count(account.canary().units()));
    };
  }

  private static String tails(Rule.Quantile quantile, Account account) {
    String name = "p" + percentile(quantile.quantile().quantile());
    return "%s slower than %s x stable's %s against %s of stable slower than its own"
        .formatted(rate(account.canary()), fixed(limit(quantile), 2), name, rate(account.stable()));
  }

  private static String rates(Account account) {
    return rate(account.canary()) + " against " + rate(account.stable());
  }

  private static String rate(Counts counts) {
    return counts.units() == 0
        ? "nothing (n=0)"
        : percent(counts.rate()) + " (n=" + count(counts.units()) + ")";
  }

  private static String what(Events events) {
    return switch (events) {
      case Events.Errors errors -> "";
      case Events.SlowerThan slower ->
          " slower than " + millis(LatencyBuckets.upperMicros(slower.bucket()));
      case Events.Loss loss -> " lost of " + loss.score();
    };
  }

  private static String bound(Rule rule, String side, OptionalDouble value) {
    return value.isEmpty() ? "" : ", " + measure(rule) + side + value(rule, value.getAsDouble());
  }

  private static String between(Rule rule, Interval interval) {
    OptionalDouble lower = interval.lower();
    OptionalDouble upper = interval.upper();
    if (lower.isEmpty()) {
      return bound(rule, "at most ", upper);
    }
    if (upper.isEmpty()) {
      return bound(rule, "at least ", lower);
    }
    return ", %sbetween %s and %s"
        .formatted(
            measure(rule), value(rule, lower.getAsDouble()), value(rule, upper.getAsDouble()));
  }

  // What was proven holds, also where the interval, which is surer or newer, does not say as much.
  private static OptionalDouble atLeast(Rule rule, Interval interval) {
    OptionalDouble lower = interval.lower();
    return switch (rule) {
      case Rule.Ratio ratio -> larger(lower, ratio.ratio().harm());
      case Rule.Maximum maximum -> larger(lower, maximum.rate().bound());
      case Rule.Quantile quantile -> larger(lower, limit(quantile));
      case Rule.Mean mean -> lower;
    };
  }

  private static OptionalDouble larger(OptionalDouble lower, double proven) {
    return OptionalDouble.of(Math.max(lower.orElse(proven), proven));
  }

  private static OptionalDouble atMost(Rule rule, Interval interval) {
    OptionalDouble upper = interval.upper();
    return switch (rule) {
      case Rule.Ratio ratio ->
          ratio.ratio().floor() > 0 ? upper : smaller(upper, ratio.ratio().safe());
      case Rule.Maximum maximum -> smaller(upper, maximum.rate().bound());
      case Rule.Quantile quantile -> smaller(upper, limit(quantile));
      case Rule.Mean mean -> upper;
    };
  }

  private static OptionalDouble smaller(OptionalDouble upper, double proven) {
    return OptionalDouble.of(Math.min(upper.orElse(proven), proven));
  }

  private static double limit(Rule.Quantile quantile) {
    return 1 + quantile.quantile().effectiveTolerance();
  }

  private static String measure(Rule rule) {
    return switch (rule) {
      case Rule.Ratio ratio -> "ratio ";
      case Rule.Maximum maximum -> "";
      case Rule.Quantile quantile -> "ratio ";
      case Rule.Mean mean -> "";
    };
  }

  private static String value(Rule rule, double value) {
    return switch (rule) {
      case Rule.Ratio ratio -> fixed(value, 2);
      case Rule.Maximum maximum -> percent(value);
      case Rule.Quantile quantile -> fixed(value, 2);
      case Rule.Mean mean -> number(OptionalDouble.of(value));
    };
  }

  private static String harmLimit(Rule rule) {
    return switch (rule) {
      case Rule.Ratio ratio -> fixed(ratio.ratio().harm(), 2);
      case Rule.Maximum maximum -> percent(maximum.rate().bound());
      case Rule.Quantile quantile -> fixed(limit(quantile), 2);
      case Rule.Mean mean -> contrast(mean.mean().harm());
    };
  }

  private static String safeLimit(Rule rule) {
    return switch (rule) {
      case Rule.Ratio ratio ->
          fixed(ratio.ratio().safe(), 2)
              + (ratio.ratio().floor() > 0 ? " or " + percent(ratio.ratio().floor()) : "");
      case Rule.Maximum maximum -> percent(maximum.rate().bound());
      case Rule.Quantile quantile -> fixed(limit(quantile), 2);
      case Rule.Mean mean -> contrast(mean.mean().safe());
    };
  }

  private static String contrast(Contrast contrast) {
    if (contrast.factor() == 0) {
      return number(OptionalDouble.of(contrast.offset()));
    }
    String offset =
        contrast.offset() == 0 ? "" : " + " + number(OptionalDouble.of(contrast.offset()));
    return fixed(contrast.factor(), 2) + " x stable's" + offset;
  }

  private static String log10(double logE) {
    return fixed(logE / Math.log(10), 1);
  }

  private static String percent(double fraction) {
    double percent = 100 * fraction;
    return "%s %%".formatted(percent == 0 ? "0" : significant(percent));
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "?" : significant(value.getAsDouble());
  }

  // Two figures that mean something, and no exponent that nobody reads at night.
  private static String significant(double value) {
    double size = Math.abs(value);
    int decimals = size >= 10 || size == 0 ? 0 : (int) Math.ceil(1 - Math.log10(size));
    return trimmed(fixed(value, Math.min(decimals, 9)));
  }

  private static String percentile(double quantile) {
    return trimmed(fixed(100 * quantile, 2));
  }

  private static String trimmed(String number) {
    return number.contains(".") ? number.replaceAll("\\.?0+$", "") : number;
  }

  private static String millis(double micros) {
    return significant(micros / 1000) + " ms";
  }

  private static String count(double units) {
    return fixed(units, 0);
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
