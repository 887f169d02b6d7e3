package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TrickleTest {
  private static final long SECOND = 1_000_000_000;

  private final Trickle trickle = new Trickle(2, 0);

  @Test
  void letsTheFirstFewOfASecondPass() {
    assertThat(trickle.pass(0)).hasValue(0);
    assertThat(trickle.pass(1)).hasValue(0);
    assertThat(trickle.pass(SECOND - 1)).isEmpty();
  }

  @Test
  void tellsTheNextHowManyWereHeldBack() {
    for (int i = 0; i < 100; i++) {
      OptionalLong unused = trickle.pass(5);
    }

    assertThat(trickle.pass(SECOND)).hasValue(98);
    assertThat(trickle.pass(SECOND)).hasValue(0);
  }
}
