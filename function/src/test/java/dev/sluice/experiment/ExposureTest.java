package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Exposure.Kind;
import dev.sluice.routing.Ask;
import dev.sluice.routing.Key;
import dev.sluice.routing.Routed;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.routing.StickyId;
import dev.sluice.routing.Strategy;
import dev.sluice.routing.Turns;
import dev.sluice.routing.VariantOverride;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExposureTest {
  private static final Key KIM = new Key.Named("kim");
  private static final Key COOKIE = new Key.Remembered(new StickyId(1, 2));
  private static final Key NEW_COOKIE = new Key.Fresh(new StickyId(3, 4));
  private static final Key NOBODY = new Key.Anonymous();

  @Test
  void aStickyCallerIsNewOnceAndComesBackAfterwards() {
    var sticky = split(0.5, new Strategy.Sticky());

    assertThat(exposure(sticky, NEW_COOKIE, 0).kind()).isEqualTo(Kind.NEW);
    assertThat(exposure(sticky, COOKIE, 0).kind()).isEqualTo(Kind.RETURNING);
    assertThat(exposure(sticky, KIM, 0).kind()).isEqualTo(Kind.RETURNING);
    assertThat(exposure(sticky, NOBODY, 0).kind()).isEqualTo(Kind.NONE);
  }

  @Test
  void aDrawForEachRequestKnowsNoCallers() {
    var random = split(0.5, new Strategy.WeightedRandom());

    for (Key key : new Key[] {NEW_COOKIE, COOKIE, KIM, NOBODY}) {
      assertThat(exposure(random, key, 0).kind()).isEqualTo(Kind.NONE);
    }
  }

  @Test
  void aKeyThatTheStrategyGoesByComesBack() {
    var hash = split(0.5, new Strategy.Hash());

    assertThat(exposure(hash, KIM, 0).kind()).isEqualTo(Kind.RETURNING);
    assertThat(exposure(hash, COOKIE, 0).kind()).isEqualTo(Kind.NONE);
  }

  @Test
  void theSameCallerIsAlwaysInTheSameGroup() {
    var sticky = split(0.5, new Strategy.Sticky());
    Key then = new Key.Fresh(new StickyId(1, 2));

    assertThat(exposure(sticky, KIM, 7).group()).isEqualTo(exposure(sticky, KIM, 8).group());
    assertThat(exposure(sticky, then, 7).caller()).isEqualTo(exposure(sticky, COOKIE, 8).caller());
  }

  /// 32,000 callers: 500 in each group of each arm, give or take five standard deviations.
  @Test
  void groupsAreOfOneSizeInBothArms() {
    var byKey = new int[2][Exposure.GROUPS];
    var byDraw = new int[2][Exposure.GROUPS];
    var sticky = split(0.5, new Strategy.Sticky());
    var draws = new java.util.SplittableRandom(11);

    for (int i = 0; i < 32_000; i++) {
      count(byKey, sticky, ask(new Key.Named("user-" + i), 0));
      count(byDraw, sticky, ask(NOBODY, draws.nextLong()));
    }

    for (int arm = 0; arm < 2; arm++) {
      assertThat(byKey[arm]).satisfies(ExposureTest::even);
      assertThat(byDraw[arm]).satisfies(ExposureTest::even);
    }
  }

  private static void even(int[] groups) {
    for (int size : groups) {
      assertThat(size).isBetween(385, 615);
    }
  }

  private static void count(int[][] groups, Split split, Ask ask) {
    Routed.Route route = route(split, ask);
    groups[route.primary().equals("A") ? 0 : 1][Exposure.of(ask, route).group()]++;
  }

  private static Exposure exposure(Split split, Key key, long draw) {
    Ask ask = ask(key, draw);
    return Exposure.of(ask, route(split, ask));
  }

  private static Ask ask(Key key, long draw) {
    return new Ask("digits", key, new VariantOverride.None(), draw);
  }

  private static Routed.Route route(Split split, Ask ask) {
    return (Routed.Route) Routes.of(Map.of("digits", split), 1).route(ask, new Turns());
  }

  private static Split split(double canary, Strategy strategy) {
    var weights = new LinkedHashMap<String, Double>();
    weights.put("A", 1 - canary);
    weights.put("B", canary);
    return Split.of(weights).withStrategy(strategy);
  }
}
