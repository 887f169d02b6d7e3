package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.Share;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class GroupWeightsPropertyTest {
  @Property
  void giveTheCanaryNoMoreThanItsShareAndHardlyLess(
      @ForAll @IntRange(min = 10, max = 9_990) int basisPoints) {
    GroupWeights weights = GroupWeights.of(Share.of(basisPoints)).orElseThrow();

    double part = weights.canary() / (double) (weights.canary() + weights.stable());

    assertThat(part).isLessThanOrEqualTo(basisPoints / 10_000.0);
    assertThat(part).isGreaterThan((basisPoints - 10) / 10_000.0);
  }

  @Property
  void hitEveryWholePercent(@ForAll @IntRange(min = 0, max = 100) int percent) {
    assertThat(GroupWeights.of(Share.ofPercent(percent)).flatMap(GroupWeights::share))
        .contains(Share.ofPercent(percent));
  }

  @Property
  void areNoneForLessThanTheSmallest(@ForAll @IntRange(min = 1, max = 9) int basisPoints) {
    assertThat(GroupWeights.of(Share.of(basisPoints))).isEmpty();
  }
}
