package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.experiment.GuardReport.ForShare;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What somebody reads who was woken up.
class SentencesTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Rule ERRORS =
      new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001));
  private static final Rule CEILING = new Rule.Maximum(new Events.Errors(), RateRule.of(0.05));
  private static final Rule SLOW =
      new Rule.Ratio(new Events.SlowerThan(155), RatioRule.of(1.1, 1.25, 0));
  private static final Rule LOSS =
      new Rule.Ratio(new Events.Loss("reward"), RatioRule.of(1.1, 1.5, 0));
  private static final Rule P95 = new Rule.Quantile(QuantileRule.of(0.95, 0.1));
  private static final Rule MEAN =
      new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(Contrast.relative(0.1)));

  private static GuardReport report(String name, Rule rule, int windows, Arm stable, Arm canary) {
    Judge judge =
        Judge.of(
            List.of(Guard.of(name, rule)),
            List.of(Share.ofPercent(25)),
            Levels.DEFAULT,
            Units.AUTO);
    Evidence evidence = judge.start();
    for (int i = 0; i < windows; i++) {
      evidence =
          judge.after(
              evidence,
              new Window(
                  BEGIN.plusSeconds(60L * i),
                  BEGIN.plusSeconds(60L * (i + 1)),
                  Share.ofPercent(10),
                  stable.tally(),
                  canary.tally()));
    }
    return judge.report(evidence, Share.ofPercent(10)).getFirst();
  }

  private static String sentence(String name, Rule rule, int windows, Arm stable, Arm canary) {
    return report(name, rule, windows, stable, canary).sentence();
  }

  @Test
  void saysByHowMuchErrorsAreWorse() {
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(5480, 11), Arm.of(612, 25)))
        .isEqualTo(
            "error_rate proven worse: 4.1 % (n=612) against 0.2 % (n=5480), ratio at least 7.03, limit 1.10, log10e 13.3 of 1.3");
  }

  @Test
  void saysThatErrorsAreWithinTheLimit() {
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(50_000, 1000), Arm.of(50_000, 1000)))
        .isEqualTo(
            "error_rate proven within its limit: 2 % (n=50000) against 2 % (n=50000), ratio at most 1.22, limit 1.50 or 0.1 %, log10e 17.2 of 1.3");
  }

  @Test
  void saysThatThereAreHardlyAnyErrors() {
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(54_000, 0), Arm.of(6000, 0)))
        .isEqualTo(
            "error_rate proven within its limit: 0 % (n=6000) against 0 % (n=54000), limit 1.50 or 0.1 %, log10e 2.0 of 1.3");
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(90_000, 3), Arm.of(9000, 0)))
        .isEqualTo(
            "error_rate proven within its limit: 0 % (n=9000) against 0.0033 % (n=90000), limit 1.50 or 0.1 %, log10e 3.2 of 1.3");
  }

  @Test
  void saysHowFarAnUndecidedGuardIs() {
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(950, 9), Arm.of(50, 1)))
        .isEqualTo(
            "error_rate undecided: 2 % (n=50) against 0.95 % (n=950), ratio at most 29.96, harm above 1.10 (log10e 0.0 of 1.3), safe below 1.50 or 0.1 % (-0.3 of 1.3)");
    assertThat(sentence("error_rate", ERRORS, 1, Arm.of(9500, 190), Arm.of(5000, 130)))
        .isEqualTo(
            "error_rate undecided: 2.6 % (n=5000) against 2 % (n=9500), ratio between 0.86 and 1.92, harm above 1.10 (log10e -0.1 of 1.3), safe below 1.50 or 0.1 % (-0.7 of 1.3)");
  }

  @Test
  void saysHowHighARateIs() {
    assertThat(sentence("ceiling", CEILING, 1, Arm.of(950, 9), Arm.of(200, 30)))
        .isEqualTo(
            "ceiling proven too high: 15 % (n=200), at least 8.3 %, limit 5 %, log10e 5.2 of 1.3");
    assertThat(sentence("ceiling", CEILING, 1, Arm.of(950, 9), Arm.of(900, 9)))
        .isEqualTo(
            "ceiling proven within its limit: 1 % (n=900), at most 2.4 %, limit 5 %, log10e 8.5 of 1.3");
    assertThat(sentence("ceiling", CEILING, 1, Arm.of(950, 9), Arm.of(50, 2)))
        .isEqualTo(
            "ceiling undecided: 4 % (n=50), between 0 % and 19 %, harm above 5 % (log10e -0.3 of 1.3), safe below 5 % (-0.4 of 1.3)");
  }

  @Test
  void saysWhatIsSlowInMilliseconds() {
    Arm slow = Arm.of(1000, 0).withLatency(Map.of(150, 900.0, 160, 100.0));

    assertThat(sentence("slow", SLOW, 1, Arm.of(9000, 0), slow))
        .isEqualTo(
            "slow proven worse: 10 % (n=1000) against 1 % (n=9000) slower than 0.82 ms, ratio at least 6.36, limit 1.10, log10e 42.0 of 1.3");
  }

  @Test
  void saysWhatIsLostOfAScore() {
    Arm stable = Arm.of(100, 0).withScore("reward", new Sums(900, 810, 800));
    Arm canary = Arm.of(100, 0).withScore("reward", new Sums(900, 630, 600));

    assertThat(sentence("reward", LOSS, 1, stable, canary))
        .isEqualTo(
            "reward proven worse: 30 % (n=900) against 10 % (n=900) lost of reward, ratio at least 2.01, limit 1.10, log10e 15.9 of 1.3");
  }

  @Test
  void saysByHowMuchAQuantileIsSlower() {
    Arm slow = Arm.of(500, 0).withLatency(Map.of(150, 375.0, 165, 125.0));

    assertThat(sentence("latency_p95", P95, 4, Arm.of(4500, 0), slow))
        .isEqualTo(
            "latency_p95 proven slower: 25 % (n=1500) slower than 1.09 x stable's p95 against 5 % (n=13500) of stable slower than its own, ratio at least 1.68, limit 1.09, log10e 106.8 of 1.3");
    assertThat(sentence("latency_p95", P95, 4, Arm.of(4500, 0), Arm.of(500, 0)))
        .isEqualTo(
            "latency_p95 proven within its limit: 1 % (n=1500) slower than 1.09 x stable's p95 against 5 % (n=13500) of stable slower than its own, ratio at most 1.04, limit 1.09, log10e 13.3 of 1.3");
    assertThat(sentence("latency_p95", P95, 4, Arm.of(450, 0), Arm.of(10, 0)))
        .isEqualTo(
            "latency_p95 undecided: 1 % (n=30) slower than 1.09 x stable's p95 against 5 % (n=1350) of stable slower than its own, ratio at least 0.92, harm above 1.09 (log10e -0.3 of 1.3), safe below 1.09 (0.2 of 1.3)");
  }

  @Test
  void saysByHowMuchAMeanIsWorse() {
    assertThat(sentence("latency", MEAN, 4, Arm.of(450, 0), Arm.of(100, 0)))
        .isEqualTo(
            "latency undecided: difference of means 0 (n=300), between -0.021 and 0.021, harm above 1.00 x stable's (log10e -0.3 of 1.3), safe below 1.10 x stable's (0.3 of 1.3)");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(sentence("error_rate", ERRORS, 0, Arm.of(950, 9), Arm.of(50, 1)))
        .isEqualTo("error_rate has no data: no window could be compared yet");
    assertThat(sentence("ceiling", CEILING, 5, Arm.of(950, 9), Arm.of(0, 0)))
        .isEqualTo("ceiling has no data: no window could be compared yet");
  }

  @Test
  void speaksTheSameEverywhere() {
    Locale before = Locale.getDefault();
    String here = sentence("error_rate", ERRORS, 1, Arm.of(5480, 11), Arm.of(612, 25));
    try {
      Locale.setDefault(Locale.GERMANY);

      assertThat(sentence("error_rate", ERRORS, 1, Arm.of(5480, 11), Arm.of(612, 25)))
          .isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void reportsWhatEachShareNeeds() {
    GuardReport report = report("error_rate", ERRORS, 3, Arm.of(900, 0), Arm.of(100, 0));

    ForShare quarter = report.shares().getFirst();
    ForShare all = report.shares().getLast();
    assertThat(report.shares()).extracting(ForShare::share).containsExactly(0.25, 1.0);
    assertThat(quarter.tolerated()).isEqualTo("canary at most 3.00 x stable or 0.4 %");
    assertThat(all.tolerated()).isEqualTo("canary at most 1.50 x stable or 0.1 %");
    assertThat(all.threshold()).isCloseTo(Math.log10(20), within(1e-12));
    assertThat(report.harmThreshold()).isCloseTo(Math.log10(20), within(1e-12));
    assertThat(all.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(quarter.evidence()).isGreaterThan(all.evidence());
    assertThat(quarter.canaryRequests().orElseThrow())
        .isLessThan(all.canaryRequests().orElseThrow());
    assertThat(report.effectiveCallers()).isEqualTo(300);
    assertThat(quarter.callersNeeded().orElseThrow()).isCloseTo(1125, within(1e-9));
    assertThat(all.callersNeeded().orElseThrow()).isCloseTo(4500, within(1e-9));
  }

  @Test
  void expectsNothingMoreOfAProvenShare() {
    GuardReport report = report("error_rate", ERRORS, 12, Arm.of(9000, 0), Arm.of(1000, 0));

    assertThat(report.shares())
        .allSatisfy(
            share -> {
              assertThat(share.verdict()).isEqualTo(Verdict.SAFE);
              assertThat(share.canaryRequests()).hasValue(0);
              assertThat(share.safeAt()).isPresent();
            });
  }

  @Test
  void saysWhatEachKindOfGuardTolerates() {
    Arm arm = Arm.of(900, 0);

    assertThat(report("slow", SLOW, 1, arm, arm).shares().getFirst().tolerated())
        .isEqualTo("canary at most 2.00 x stable");
    assertThat(report("ceiling", CEILING, 1, arm, arm).shares().getFirst().tolerated())
        .isEqualTo("canary at most 5 %");
    assertThat(report("p95", P95, 1, arm, arm).shares().getFirst().tolerated())
        .isEqualTo("slow tail of the canary at most 4.00 x stable's");
    assertThat(report("latency", MEAN, 1, arm, arm).shares().getFirst().tolerated())
        .isEqualTo("mean of the canary at most 1.40 x stable's");
    assertThat(report("p95", P95, 1, arm, arm).shares().getFirst().callersNeeded()).isEmpty();
  }

  @Test
  void countsCallersThatAreAlikeAsFew() {
    Arm few = Arm.of(900, 0).withReturning(900).withGroups(2);

    GuardReport report = report("error_rate", ERRORS, 2, few, few);

    assertThat(report.effectiveCallers()).isLessThan(4);
  }
}
