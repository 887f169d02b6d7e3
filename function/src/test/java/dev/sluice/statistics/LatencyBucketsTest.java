package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyBucketsTest {
  @Test
  void puts1UlpMoreThanABoundIntoTheNextBucket() {
    for (int i = 0; i < LatencyBuckets.OVERFLOW; i++) {
      double bound = LatencyBuckets.upperMicros(i);

      assertThat(LatencyBuckets.ofMicros(bound)).isEqualTo(i);
      assertThat(LatencyBuckets.ofMicros(Math.nextDown(bound))).isEqualTo(i);
      assertThat(LatencyBuckets.ofMicros(Math.nextUp(bound))).isEqualTo(i + 1);
    }
  }

  @Test
  void hasSixteenToAnOctave() {
    assertThat(LatencyBuckets.upperMicros(0)).isEqualTo(1);
    assertThat(LatencyBuckets.upperMicros(16)).isEqualTo(2);
    assertThat(LatencyBuckets.upperMicros(160)).isEqualTo(1024);
    assertThat(LatencyBuckets.upperMicros(416)).isEqualTo(67_108_864);
    assertThat(LatencyBuckets.upperMicros(LatencyBuckets.OVERFLOW)).isInfinite();
  }

  @Test
  void putsWhatIsOffTheScaleAtItsEnds() {
    assertThat(LatencyBuckets.ofMicros(0)).isZero();
    assertThat(LatencyBuckets.ofMicros(0.01)).isZero();
    assertThat(LatencyBuckets.ofMicros(1e12)).isEqualTo(LatencyBuckets.OVERFLOW);
    assertThat(LatencyBuckets.ofMicros(Double.POSITIVE_INFINITY))
        .isEqualTo(LatencyBuckets.OVERFLOW);
  }
}
