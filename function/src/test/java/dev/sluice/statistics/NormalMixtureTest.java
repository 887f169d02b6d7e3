package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class NormalMixtureTest {
  private static final NormalMixture MIXTURE = new NormalMixture(100);

  @Test
  void isWorthNothingBeforeTheFirstDifference() {
    assertThat(MIXTURE.logHalfNormal(0, 0)).isCloseTo(0, within(1e-15));
  }

  @Test
  void goesOnSmoothlyWhereTheTailUnderflows() {
    double before = Normal.logScaledBelow(-30);
    double after = Normal.logScaledBelow(Math.nextDown(-30.0));

    assertThat(after).isCloseTo(before, within(1e-7));
  }

  @Test
  void isKnownFarToTheLeft() {
    double leading = -Math.log(100) - 0.5 * Math.log(2 * Math.PI);

    assertThat(Normal.logScaledBelow(-100)).isCloseTo(leading, within(1.1e-4));
  }

  @Test
  void staysFiniteFarFromTheTruth() {
    assertThat(MIXTURE.logHalfNormal(-1e9, 1)).isFinite().isNegative();
    assertThat(MIXTURE.logHalfNormal(1e9, 1)).isFinite().isPositive();
  }
}
