package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GateTest {
  private final Tally tally = new Tally();

  @Test
  void nothingMeasuredIsNotPassed() {
    assertThat(Gate.measured(tally, 0).passed()).isFalse();
    assertThat(Gate.errors(tally, 1.0 / 2, true).passed()).isFalse();
    assertThat(Gate.latency(tally, 95, 1000).passed()).isFalse();
  }

  @Test
  void aGeneratorThatSentLessThanHalfIsNotPassed() {
    count(200, 49);

    assertThat(Gate.measured(tally, 100).passed()).isFalse();
    assertThat(Gate.measured(tally, 98).passed()).isTrue();
  }

  @Test
  void errorsAreSharesOfWhatWasNotLimited() {
    count(200, 99);
    count(500, 1);
    count(429, 1000);

    assertThat(Gate.errors(tally, 0.01, true).passed()).isTrue();
    assertThat(Gate.errors(tally, 0.009, true).passed()).isFalse();
    assertThat(Gate.errors(tally, 0.009, true).seen()).isEqualTo("1 %: 1 of 100");
  }

  @Test
  void aRefusalIsAnErrorOnlyWhereItIsSaid() {
    count(200, 1);
    count(503, 1);

    assertThat(Gate.errors(tally, 0.1, true).passed()).isFalse();
    assertThat(Gate.errors(tally, 0.1, false).passed()).isTrue();
  }

  @Test
  void anAnswerMayTakeAsLongAsTheGateSays() {
    count(200, 1);

    assertThat(Gate.latency(tally, 99, 5).passed()).isTrue();
    assertThat(Gate.latency(tally, 99, 4.9).passed()).isFalse();
    assertThat(Gate.latency(tally, 99, 4.9).promise()).isEqualTo("p99 at most 4.9 ms");
  }

  private void count(int status, int times) {
    for (int i = 0; i < times; i++) {
      tally.count(status, 5, "");
    }
  }
}
