package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.backtest.Truth.Harm;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.routing.Share;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Share FIRST = Share.ofPercent(1);

  private static Summary summary(String words, Truth truth, Run... runs) {
    return Summary.of(new Scenario(words, Effect.NONE), truth, FIRST, List.of(runs));
  }

  private static final List<Summary> ROWS =
      List.of(
          summary(
              "as good as stable",
              new Truth(Harm.NONE, Optional.empty()),
              new Run(End.PROMOTED, 40, 5_000, 3, Share.ALL),
              new Run(End.PROMOTED, 60.4, 9_000, -2, Share.ALL),
              new Run(End.PROMOTED, 81, 7_000, 2, Share.ALL),
              new Run(End.ROLLED_BACK, 12, 1_234, 8, FIRST)),
          summary(
              "2x errors",
              new Truth(Harm.SOME, Optional.of(Share.ofPercent(50))),
              new Run(End.ROLLED_BACK, 33, 12_345, -0.2, Share.ofPercent(50)),
              new Run(End.FAILED, 33, 12_345, 4, FIRST)),
          summary(
              "+30 % latency",
              new Truth(Harm.SOME, Optional.empty()),
              new Run(End.UNDECIDED, 720, 12_345, 4, FIRST)));

  @Test
  void readsAsAPersonWould() {
    assertThat(Table.of("canary", Presets.canary(), ROWS))
        .isEqualTo(
            """
            canary: 1, 5, 25, 50 % of the traffic, each on proof, promoted on proof
                                             promoted    rolled back  undecided    wrong       to promotion  to rollback  to rollback      to rollback
            canary             must not get  %           %            %            %           minutes       minutes      canary requests  bad answers
            as good as stable  a rollback    75.0 ±17.1  25.0 ±17.1   0.0 ±15.3    25.0 ±17.1  60 (81)       12 (12)      1,234 (1,234)    8 (8)
            2x errors          50 %          0.0 ±19.2   50.0 ±20.4   50.0 ±20.4   50.0 ±20.4  -             33 (33)      12,345 (12,345)  0 (0)
            +30 % latency      -             0.0 ±21.9   0.0 ±21.9    100.0 ±21.9  -           -             -            -                -
            """);
  }

  @Test
  void saysWhenProofCountsAsPromotion() {
    Plan manual = Presets.latencyCheck();

    assertThat(Table.of("latency-check", manual, ROWS))
        .startsWith(
            "latency-check: 10 % of the traffic, each on proof, promoted by a person (here: proven"
                + " counts as promoted)\n");
  }

  @Test
  void saysWhatWasAssumed() {
    Traffic traffic =
        new Traffic(
            600,
            new Drift(0.5),
            0.005,
            Drift.NONE,
            new Traffic.Latency(20_000, 0.4, Drift.NONE),
            new Callers.Fixed(2_000, new Callers.Alike(0.2)),
            Optional.empty());

    assertThat(Table.assumed(traffic, 2_000, 7))
        .isEqualTo(
            """
            Assumed: 600 requests a minute (±50 % over the day), 0.5 % errors,
                     latency 20 ms in the median (sigma 0.4), always the same 2,000 callers (errors correlate by 0.2).
            2,000 runs a row, seed 7. After ±: the standard error. Pairs: the median (nine in ten are below).
            Wrong: it got what it must not get. Edge of a guard: exactly on its limit. -: none.
            """);
  }

  @Test
  void neverSeenIsNotNever() {
    assertThat(new Part(50, 200).error()).isCloseTo(0.031, within(0.001));
    assertThat(new Part(0, 20).error()).isCloseTo(0.056, within(0.001));
    assertThat(new Part(0, 2000).error()).isLessThan(0.001);
  }
}
