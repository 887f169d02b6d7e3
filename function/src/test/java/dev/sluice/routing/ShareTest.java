package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ShareTest {
  @Test
  void refusesWhatIsNoPartOfTheTraffic() {
    assertThatThrownBy(() -> Share.of(12_000))
        .hasMessage("share must be 0..10000 basis points: 12000");
    assertThatThrownBy(() -> Share.of(-1)).hasMessageContaining("0..10000");
    assertThatThrownBy(() -> Share.ofFraction(Double.NaN)).hasMessageContaining("0..1");
    assertThatThrownBy(() -> Share.ofPercent(100.1)).hasMessageContaining("0..100");
  }

  @Test
  void readsFractionsAndPercentsToTheNearestPoint() {
    assertThat(Share.ofFraction(0.25)).isEqualTo(Share.of(2500));
    assertThat(Share.ofPercent(0.126)).isEqualTo(Share.of(13));
    assertThat(Share.of(2500).percent()).isEqualTo(25.0);
    assertThat(Share.of(2500).fraction()).isEqualTo(0.25);
    assertThat(Share.of(2500).rest()).isEqualTo(Share.of(7500));
    assertThat(Share.NONE).isLessThan(Share.ALL);
  }
}
