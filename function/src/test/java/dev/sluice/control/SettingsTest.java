package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What was written and what is configured.
class SettingsTest {
  private static final Split CONFIGURED = weights("A", 0.9, "B", 0.1);
  private static final Split ON_STABLE = CONFIGURED.onStable();

  @Test
  void takesTheConfigurationWhereNothingIsWritten() {
    assertThat(configured(Settings.NONE, CONFIGURED)).isEqualTo(CONFIGURED);
  }

  @Test
  void whatWasWrittenOutlivesARestart() {
    assertThat(configured(written(), CONFIGURED)).isEqualTo(ON_STABLE);
  }

  @Test
  void anotherSettingDoesNotBringBackAWeight() {
    Split shadowed = CONFIGURED.withShadow(new Shadow.Sample(Share.ALL));

    Split split = configured(written(), shadowed);

    assertThat(split.share("B")).isEqualTo(Share.NONE);
    assertThat(split.shadow()).isEqualTo(new Shadow.Sample(Share.ALL));
  }

  @Test
  void weightsThatWereChangedAreTheLaterWord() {
    Split half = weights("A", 0.5, "B", 0.5);

    assertThat(configured(written(), half)).isEqualTo(half);
  }

  @Test
  void aFileThatComesToTheOthersChangesNothing() {
    Split promoted = CONFIGURED.promoted().orElseThrow();
    Settings settings =
        Settings.NONE.configured(Map.of("digits", CONFIGURED)).written("digits", promoted);

    assertThat(configured(settings, weights("A", 1, "A10", 0))).isEqualTo(promoted);
  }

  @Test
  void isNotWrittenAgainWhereItSaysTheSame() {
    Settings settings = Settings.NONE.configured(Map.of("digits", CONFIGURED));

    assertThat(settings.configured(Map.of("digits", CONFIGURED))).isEqualTo(settings);
  }

  private static Settings written() {
    return Settings.NONE.configured(Map.of("digits", CONFIGURED)).written("digits", ON_STABLE);
  }

  private static Split configured(Settings settings, Split split) {
    return settings.configured(Map.of("digits", split)).split("digits").orElseThrow();
  }

  private static Split weights(String one, double first, String other, double second) {
    var weights = new LinkedHashMap<String, Double>();
    weights.put(one, first);
    weights.put(other, second);
    return Split.of(weights);
  }
}
