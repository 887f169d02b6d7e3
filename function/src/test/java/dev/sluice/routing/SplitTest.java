package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SplitTest {
  private final Split split = Splits.of("A", 90, "B", 10);

  @Test
  void promotionGivesTheCanaryEverythingAndKeepsTheOldStableAtHand() {
    Split promoted = split.promoted().orElseThrow();

    assertThat(promoted.stable()).isEqualTo("B");
    assertThat(promoted.share("B")).isEqualTo(Share.ALL);
    assertThat(promoted.canary()).contains("A");
    assertThat(promoted.share("A")).isEqualTo(Share.NONE);
  }

  @Test
  void promotionTwiceIsTheWayBack() {
    Split back = split.promoted().flatMap(Split::promoted).orElseThrow();

    assertThat(back.stable()).isEqualTo("A");
    assertThat(back.share("A")).isEqualTo(Share.ALL);
    assertThat(back.canary()).contains("B");
  }

  @Test
  void nothingIsPromotedWithoutACanary() {
    assertThat(Split.single("A").promoted()).isEqualTo(Optional.empty());
  }

  @Test
  void aRolloutSplitsBetweenStableAndItsCandidateAlone() {
    Split trying = split.withAlsoLoaded(List.of("C")).trying("C", Share.of(500));

    assertThat(trying.share("A")).isEqualTo(Share.of(9500));
    assertThat(trying.share("B")).isEqualTo(Share.NONE);
    assertThat(trying.share("C")).isEqualTo(Share.of(500));
    assertThat(trying.canary()).contains("C");
  }

  @Test
  void refusesASplitThatDoesNotAddUp() {
    Weighted a = new Weighted("A", Share.of(9000));
    assertThatThrownBy(() -> split(List.of(a), "A", Optional.empty()))
        .hasMessage("shares must sum to 10000 basis points: 9000");
    assertThatThrownBy(() -> split(List.of(a, a), "A", Optional.empty()))
        .hasMessage("version is named twice: A");
    assertThatThrownBy(() -> split(split.versions(), "X", Optional.empty()))
        .hasMessageContaining("stable must be one of the versions");
    assertThatThrownBy(() -> split(split.versions(), "A", Optional.of("X")))
        .hasMessageContaining("canary must be one of the versions");
    assertThatThrownBy(() -> split(split.versions(), "A", Optional.of("A")))
        .hasMessageContaining("canary must be another version");
  }

  private static Split split(List<Weighted> versions, String stable, Optional<String> canary) {
    return new Split(
        versions,
        List.of(),
        stable,
        canary,
        CanaryTraffic.ENABLED,
        new Shadow.Off(),
        new Strategy.Sticky());
  }

  @Test
  void strategiesAreReadByTheirNames() {
    for (String text : List.of("weighted-random", "hash", "sticky", "round-robin")) {
      assertThat(Strategy.parse(text).text()).isEqualTo(text);
    }
    assertThatThrownBy(() -> Strategy.parse("random"))
        .hasMessage("strategy must be one of weighted-random, hash, sticky, round-robin: random");
  }
}
