package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Guards on what callers report, while the arms are reported alike and while they are not.
class FeedbackJudgedTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Guard ERRORS =
      Guard.of("error_rate", new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001)));
  private static final Guard LOSS =
      Guard.of("reward", new Rule.Ratio(new Events.Loss(Page.REWARD), RatioRule.of(1.1, 1.5, 0)));
  private static final Guard EUROS =
      Guard.of(
          "euros",
          new Rule.Mean(
              new Values.Score("euros", Values.Better.MORE), MeanRule.of(Contrast.absolute(0.5))));
  private static final Guard SHADOW =
      Guard.of(
          "shadow", new Rule.Ratio(new Events.Loss(Page.AGREEMENT), RatioRule.of(1.1, 1.5, 0)));

  private static Judge judge(Guard... guards) {
    return Judge.of(List.of(guards), List.of(Share.ofPercent(10)), Levels.DEFAULT, Units.REQUEST);
  }

  /// Ten windows in which all rewards are equally good.
  private static Evidence after(Judge judge, double ofStable, double ofCanary) {
    Evidence evidence = judge.start();
    for (int i = 0; i < 10; i++) {
      evidence =
          judge.after(
              evidence,
              new Window(
                  BEGIN.plusSeconds(60L * i),
                  BEGIN.plusSeconds(60L * (i + 1)),
                  Share.ofPercent(10),
                  arm(27_000, ofStable),
                  arm(3_000, ofCanary)));
    }
    return evidence;
  }

  private static Tally arm(double requests, double rate) {
    double reports = requests * rate;
    return Arm.of(requests, 0.01 * requests)
        .withScore(Page.REWARD, new Sums(reports, 0.8 * reports, 0.8 * reports))
        .withScore("euros", new Sums(reports, 2 * reports, 5 * reports))
        .withScore(Page.AGREEMENT, new Sums(requests, 0.9 * requests, 0.9 * requests))
        .withScore(Page.FRESH_FEEDBACK, new Sums(reports, reports, reports))
        .tally();
  }

  private static List<Verdict> verdicts(Judge judge, Evidence evidence) {
    return judge.read(evidence).findings().stream().map(Finding::verdict).toList();
  }

  @Test
  void trustsRewardsThatArriveAlike() {
    Judge judge = judge(ERRORS, LOSS, EUROS);

    assertThat(verdicts(judge, after(judge, 0.2, 0.2)))
        .containsExactly(Verdict.SAFE, Verdict.SAFE, Verdict.SAFE);
  }

  @Test
  void guardsOnFeedbackHaveNoDataOnceItArrivesAtDifferentRates() {
    Judge judge = judge(ERRORS, LOSS, EUROS, SHADOW);
    Evidence evidence = after(judge, 0.12, 0.31);

    assertThat(verdicts(judge, evidence))
        .containsExactly(Verdict.SAFE, Verdict.NO_DATA, Verdict.NO_DATA, Verdict.SAFE);
    assertThat(judge.read(evidence).findings().get(1).reading().verdict())
        .as("what was read stays")
        .isEqualTo(Verdict.SAFE);
    assertThat(judge.read(evidence).findings().get(1).verdict(0.1)).isEqualTo(Verdict.NO_DATA);
  }

  @Test
  void saysAtWhichRates() {
    Judge judge = judge(ERRORS, LOSS);

    List<GuardReport> reports = judge.report(after(judge, 0.12, 0.31), Share.ofPercent(10));

    assertThat(reports.get(1).sentence())
        .isEqualTo(
            "reward has no data: feedback arrives at different rates: 12 % of stable's answers,"
                + " 31 % of the canary's");
    assertThat(reports.get(0).sentence()).startsWith("error_rate proven within its limit");
  }

  @Test
  void keepsNothingOfFeedbackWhereNoGuardIsOnIt() {
    Judge judge = judge(ERRORS, SHADOW);

    assertThat(after(judge, 0.12, 0.31).feedback()).isEmpty();
  }
}
