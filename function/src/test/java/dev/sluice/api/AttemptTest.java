package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.Attempt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptTest {
  @ParameterizedTest
  @ValueSource(strings = {"2", "3", "10", "002", "999999999"})
  void whatAProxySendsAgainIsARepetition(String count) {
    assertThat(attempt(List.of(count))).isEqualTo(Attempt.REPEATED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "", "-2", "2.5", "two", "٢", "9999999999", "2,3"})
  void whatIsNoNumberAboveOneIsNotBelieved(String count) {
    assertThat(attempt(List.of(count))).isEqualTo(Attempt.FIRST);
  }

  @Test
  void withoutTheHeaderItIsTheFirstAttempt() {
    assertThat(attempt(List.of())).isEqualTo(Attempt.FIRST);
  }

  private static Attempt attempt(List<String> values) {
    return Callers.attempt(name -> name.equals("x-envoy-attempt-count") ? values : List.of());
  }
}
