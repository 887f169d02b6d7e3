package dev.sluice.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "9, 256", "10, 300", "20, 300", "1000000, 300"})
  void doublesUpToFiveMinutes(int failed, long seconds) {
    assertThat(Backoff.after(failed, 0)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void chanceTakesUpToHalfOfIt() {
    assertThat(Backoff.after(3, 0.5)).isEqualTo(Duration.ofSeconds(3));
    assertThat(Backoff.after(3, 1)).isEqualTo(Duration.ofSeconds(2));
  }
}
