package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

final class TallyTest {
  private final Tally tally = new Tally();

  @Test
  void tellsWhatIsLimitedFromWhatIsRefusedAndFromErrors() {
    for (int status : new int[] {200, 200, 429, 503, 500, 504, 400, 0}) {
      tally.count(status, 5, "A");
    }

    assertThat(tally.of(Tally.End.ANSWERED)).isEqualTo(2);
    assertThat(tally.of(Tally.End.LIMITED)).isEqualTo(1);
    assertThat(tally.of(Tally.End.REFUSED)).isEqualTo(1);
    assertThat(tally.of(Tally.End.FAILED)).isEqualTo(4);
    assertThat(tally.all()).isEqualTo(8);
    assertThat(tally.statuses()).containsEntry("none", 1L).containsEntry("504", 1L);
    assertThat(tally.versions()).containsExactly(entry("A", 2L));
  }

  @Test
  void aQuickRefusalMakesNoPercentileBetter() {
    for (int i = 0; i < 95; i++) {
      tally.count(429, 1, "");
    }
    for (int i = 1; i <= 20; i++) {
      tally.count(200, i * 10, "");
    }

    assertThat(tally.percentile(0.5)).isEqualTo(100);
    assertThat(tally.percentile(0.95)).isEqualTo(190);
    assertThat(tally.percentile(0.99)).isEqualTo(200);
  }

  @Test
  void withoutAnAnswerThereIsNoPercentile() {
    tally.count(500, 7, "");

    assertThat(tally.percentile(0.95)).isNegative();
  }

  @Test
  void anAnswerThatTookLongerThanAnyIsCounted() {
    tally.count(200, Integer.MAX_VALUE, "");

    assertThat(tally.percentile(0.5)).isEqualTo(60_000);
  }

  @Test
  void nothingCountsOnceItIsClosed() {
    tally.close();
    tally.count(200, 1, "A");

    assertThat(tally.all()).isZero();
  }
}
