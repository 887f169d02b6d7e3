package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Predictions.BodyLimit;
import org.junit.jupiter.api.Test;

/// What is said to callers whose bodies are too large.
class BodyLimitTest {
  @Test
  void namesTheSettingWhereItIsTheOneThatWasHit() {
    assertThat(BodyLimit.set(2048).said())
        .isEqualTo("the body may have 2048 bytes (MAX_BODY_BYTES)");
    assertThat(BodyLimit.atMost(4096, 2048)).isEqualTo(BodyLimit.set(2048));
  }

  @Test
  void namesNoSettingWhereRaisingItWouldNotHelp() {
    assertThat(BodyLimit.atMost(1024, 2048))
        .isEqualTo(new BodyLimit(1024, "the body may have 1024 bytes"));
  }
}
