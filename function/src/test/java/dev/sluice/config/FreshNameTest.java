package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FreshNameTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("AWS_LAMBDA_FUNCTION_NAME", "sluice", "AWS_LAMBDA_FUNCTION_VERSION", "7");

  private final FreshChance chance = new FreshChance(new SplittableRandom(1));
  private final FreshName name = FreshName.of(ENVIRONMENT, chance);

  @Test
  void saysWhichFunctionItIs() {
    assertThat(name.get()).startsWith("sluice-7-").isEqualTo(name.get());
  }

  @Test
  void twoProcessesOfOneFunctionHaveTwoNames() {
    var other = FreshName.of(ENVIRONMENT, new FreshChance(new SplittableRandom(2)));

    assertThat(other.get()).isNotEqualTo(name.get());
  }

  @Test
  void aCopyOfASnapshotHasAnotherName() {
    String before = name.get();
    chance.anew();

    name.anew();

    assertThat(name.get()).isNotEqualTo(before);
  }
}
