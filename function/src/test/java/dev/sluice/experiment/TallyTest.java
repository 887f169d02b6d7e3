package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TallyTest {
  @Test
  void nothingIsValidAndChangesNothing() {
    Tally some = Tallies.of(7, 2);

    assertThat(Tally.NONE.valid()).isTrue();
    assertThat(some.plus(Tally.NONE)).isEqualTo(some);
    assertThat(Tally.NONE.plus(some)).isEqualTo(some);
    assertThat(some.minus(Tally.NONE)).isEqualTo(some);
  }

  @Property(seed = "5", tries = 200)
  void whatWasAddedCanBeTakenAway(
      @ForAll @IntRange(max = 1_000) int before, @ForAll @IntRange(max = 1_000) int more) {
    Tally first = Tallies.of(before, before * 0.25);
    Tally second = Tallies.of(more, more * 0.5);

    Tally sum = first.plus(second);

    assertThat(sum).isEqualTo(second.plus(first));
    assertThat(sum.minus(first).errors()).isEqualTo(second.errors());
    assertThat(sum.minus(first).latency()).isEqualTo(second.latency());
    assertThat(sum.minus(first).groups()).isEqualTo(second.groups());
    assertThat(sum.below(first)).isFalse();
    assertThat(first.below(sum)).isEqualTo(more > 0);
  }

  static Stream<Tally> impossible() {
    Tally good = Tallies.of(10, 1);
    var tooFew = new Groups(Doubles.of(1, 2), Doubles.of(0, 0));
    var moreErrors =
        new Groups(Doubles.zeros(Exposure.GROUPS), Doubles.generate(Exposure.GROUPS, i -> 1));
    return Stream.of(
        with(good, new Counts(10, 11)),
        with(good, new Counts(Double.NaN, 0)),
        with(good, new Counts(Double.POSITIVE_INFINITY, 0)),
        with(good, new Counts(10, -1)),
        with(good, new Histogram("hdr/3", Histogram.EMPTY.counts())),
        with(good, new Histogram(LatencyBuckets.LAYOUT, Doubles.zeros(20))),
        with(good, new Sums(2, Double.NaN, 1)),
        with(good, new Sums(2, -1, 1)),
        with(good, tooFew),
        with(good, moreErrors),
        with(good, new GroupedLatency(Doubles.zeros(31))),
        with(good, 11.0),
        with(good, Double.NaN),
        with(good, Map.of("reward", new Sums(-1, 0, 0))),
        with(good, Map.of("reward", new Sums(1, Double.NEGATIVE_INFINITY, 1))));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotBeCountsIsNotValid(Tally tally) {
    assertThat(tally.valid()).isFalse();
  }

  @Test
  void latenciesByGroupAreThereOnlyIfEveryPartHasThem() {
    Tally with = Tallies.grouped(3);
    Tally without = Tallies.of(2, 0);

    assertThat(with.plus(with).groupedLatency().orElseThrow().count(0, 5)).isEqualTo(6);
    assertThat(with.plus(Tally.NONE).groupedLatency()).isEqualTo(with.groupedLatency());
    assertThat(with.plus(without).groupedLatency()).isEmpty();
    assertThat(with.groupedLatency().orElseThrow().above(0, 4)).isEqualTo(3);
    assertThat(with.groupedLatency().orElseThrow().above(0, 5)).isZero();
  }

  @Test
  void aScoreThatIsGoneWasCountedDown() {
    Tally before = with(Tallies.of(1, 0), Map.of("reward", new Sums(3, -2, 4)));
    Tally lower = with(Tallies.of(1, 0), Map.of("reward", new Sums(4, -5, 13)));

    assertThat(lower.below(before)).isFalse();
    assertThat(Tallies.of(1, 0).below(before)).isTrue();
  }

  @Test
  void aSumThatNoValuesHaveIsImpossible() {
    var tallies = Map.of("A", with(Tallies.of(2, 0), new Sums(2, 100, 1)));
    var counters =
        new Counters("p", Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Share.NONE, tallies);

    assertThat(new Sums(2, 100, 1).possible()).isFalse();
    assertThat(counters.valid()).isFalse();
  }

  /// A request of 20 microseconds after a million seconds of requests.
  @Test
  void whatRoundingLeavesOfASmallDifferenceIsStillValid() {
    var before = new Sums(1e9, 1e6, 1e3);
    Sums difference = before.with(20e-6).minus(before);

    assertThat(difference.moments().mean()).isCloseTo(20e-6, within(1e-9));
    assertThat(difference.moments().valid()).isTrue();
    assertThat(with(Tallies.of(1, 0), difference).valid()).isTrue();
  }

  @Property(seed = "6", tries = 300)
  void sumsGiveTheMomentsOfTheirValues(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = -9, max = 9) Double> values) {
    Sums sums = Sums.NONE;
    for (double value : values) {
      sums = sums.with(value);
    }
    double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();

    assertThat(sums.valid()).isTrue();
    assertThat(sums.possible()).isTrue();
    assertThat(sums.moments().mean()).isCloseTo(mean, within(1e-9));
    assertThat(sums.moments().squares()).isCloseTo(squares, within(1e-9));
  }

  private static Tally with(Tally t, Counts errors) {
    return tally(t, errors, t.latency(), t.latencySeconds(), t.groups(), t.groupedLatency());
  }

  private static Tally with(Tally t, Histogram latency) {
    return tally(t, t.errors(), latency, t.latencySeconds(), t.groups(), t.groupedLatency());
  }

  private static Tally with(Tally t, Sums seconds) {
    return tally(t, t.errors(), t.latency(), seconds, t.groups(), t.groupedLatency());
  }

  private static Tally with(Tally t, Groups groups) {
    return tally(t, t.errors(), t.latency(), t.latencySeconds(), groups, t.groupedLatency());
  }

  private static Tally with(Tally t, GroupedLatency grouped) {
    return tally(t, t.errors(), t.latency(), t.latencySeconds(), t.groups(), Optional.of(grouped));
  }

  private static Tally tally(
      Tally t,
      Counts errors,
      Histogram latency,
      Sums seconds,
      Groups groups,
      Optional<GroupedLatency> grouped) {
    return new Tally(errors, latency, seconds, groups, grouped, 0, 0, Counts.NONE, 0, t.scores());
  }

  private static Tally with(Tally t, double returning) {
    return with(t, returning, t.scores());
  }

  private static Tally with(Tally t, Map<String, Sums> scores) {
    return with(t, 0, scores);
  }

  private static Tally with(Tally t, double returning, Map<String, Sums> scores) {
    return new Tally(
        t.errors(),
        t.latency(),
        t.latencySeconds(),
        t.groups(),
        t.groupedLatency(),
        returning,
        t.fresh(),
        t.callers(),
        t.callersLeftOut(),
        scores);
  }
}
