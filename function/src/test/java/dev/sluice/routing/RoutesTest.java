package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.routing.Routed.NoSuchModel;
import dev.sluice.routing.Routed.NoSuchVariant;
import dev.sluice.routing.Routed.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RoutesTest {
  private static final int ASKS = 20_000;

  private final Split split = Splits.of("A", 90, "B", 10);
  private final Key anonymous = new Key.Anonymous();

  @Property(seed = "13", tries = 500)
  void isAFunctionOfKeyAndWeights(
      @ForAll String key, @ForAll @IntRange(max = 100) int percent, @ForAll long draw) {
    Split some = Splits.of("A", 100 - percent, "B", percent);
    Route first = Splits.route(some, Splits.ask(new Key.Named(key), draw));
    Route again = Splits.route(some, Splits.ask(new Key.Named(key), ~draw));

    assertThat(first).isEqualTo(again);
    assertThat(first.reason()).isEqualTo(Reason.STICKY);
  }

  @Test
  void hitsTheSharesByChance() {
    SplittableRandom random = new SplittableRandom(1);
    assertNineToOne(new Strategy.WeightedRandom(), i -> Splits.ask(anonymous, random.nextLong()));
  }

  @Test
  void hitsTheSharesByKey() {
    assertNineToOne(new Strategy.Hash(), i -> Splits.named("user-" + i));
  }

  @Test
  void hitsTheSharesWithoutAKey() {
    SplittableRandom random = new SplittableRandom(2);
    assertNineToOne(new Strategy.Hash(), i -> Splits.ask(anonymous, random.nextLong()));
  }

  @Test
  void hitsTheSharesWithNewIds() {
    SplittableRandom random = new SplittableRandom(3);
    assertNineToOne(
        new Strategy.Sticky(), i -> Splits.ask(new Key.Fresh(StickyId.fresh(random)), 0));
  }

  private void assertNineToOne(Strategy strategy, IntFunction<Ask> asks) {
    Routes routes = Splits.routes(split.withStrategy(strategy));
    Turns turns = new Turns();
    int canary = 0;
    for (int i = 0; i < ASKS; i++) {
      canary += Splits.route(routes, asks.apply(i), turns).primary().equals("B") ? 1 : 0;
    }
    assertThat((double) canary).isCloseTo(ASKS * 0.1, within(4 * Math.sqrt(ASKS * 0.09)));
  }

  @Test
  void rotatesExactlyNineToOneInAnyTen() {
    Routes routes = Splits.routes(split.withStrategy(new Strategy.RoundRobin()));
    Turns turns = new Turns();
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      order.append(Splits.route(routes, Splits.ask(anonymous, 0), turns).primary());
    }
    for (int i = 0; i + 10 <= 100; i++) {
      assertThat(order.substring(i, i + 10).replace("A", "")).isEqualTo("B");
    }
  }

  @Test
  void aNewCallerStaysWhereItsNewCookieSaysAtOnce() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1000; i++) {
      Route first =
          Splits.route(split, Splits.ask(new Key.Fresh(StickyId.fresh(random)), random.nextLong()));
      StickyId id = first.minted().orElseThrow();
      Route later = Splits.route(split, Splits.ask(new Key.Remembered(id), random.nextLong()));

      assertThat(later.primary()).isEqualTo(first.primary());
      assertThat(later.minted()).isEmpty();
    }
  }

  @Test
  void aGrowingShareMovesStickyCallersOnlyTowardsTheCanary() {
    Split larger = Splits.of("A", 75, "B", 25);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 5000; i++) {
      Ask ask = Splits.ask(new Key.Remembered(StickyId.fresh(random)), 0);
      if (Splits.route(split, ask).primary().equals("B")) {
        assertThat(Splits.route(larger, ask).primary()).isEqualTo("B");
      }
    }
  }

  @Test
  void aRollbackReachesStickyCallersAtOnce() {
    SplittableRandom random = new SplittableRandom(6);
    Split rolledBack = split.trying("B", Share.NONE);
    for (int i = 0; i < 1000; i++) {
      Ask ask = Splits.ask(new Key.Remembered(StickyId.fresh(random)), random.nextLong());
      assertThat(Splits.route(rolledBack, ask).primary()).isEqualTo("A");
    }
  }

  @Test
  void mintsNothingWhereThereIsNothingToChoose() {
    StickyId id = new StickyId(1, 2);
    assertThat(Splits.route(Split.single("A"), Splits.ask(new Key.Fresh(id), 0)).minted())
        .isEmpty();
  }

  @Test
  void saysWhyEachWay() {
    Split hash = split.withStrategy(new Strategy.Hash());
    Split random = split.withStrategy(new Strategy.WeightedRandom());
    StickyId id = new StickyId(1, 2);

    assertThat(Splits.route(hash, Splits.named("k")).reason()).isEqualTo(Reason.STICKY);
    assertThat(Splits.route(hash, Splits.ask(new Key.Remembered(id), 0)).reason())
        .isEqualTo(Reason.FALLBACK);
    assertThat(Splits.route(split, Splits.ask(anonymous, 0)).reason()).isEqualTo(Reason.FALLBACK);
    assertThat(Splits.route(random, Splits.named("k")).reason()).isEqualTo(Reason.WEIGHT);
  }

  @Test
  void aDisabledCanaryGetsNothingWhateverItsWeight() {
    for (int percent : new int[] {10, 100}) {
      for (Strategy strategy :
          List.of(
              new Strategy.Sticky(),
              new Strategy.Hash(),
              new Strategy.WeightedRandom(),
              new Strategy.RoundRobin())) {
        Routes routes =
            Splits.routes(
                Splits.of("A", 100 - percent, "B", percent)
                    .withCanaryTraffic(CanaryTraffic.DISABLED)
                    .withStrategy(strategy));
        Turns turns = new Turns();
        for (int i = 0; i < 200; i++) {
          Ask ask = Splits.ask(new Key.Named("u" + i), -i);
          assertThat(Splits.route(routes, ask, turns).primary()).isEqualTo("A");
        }
      }
    }
  }

  @Test
  void overridesReachTheirVariantAndAreNeverExposures() {
    Split three = split.withAlsoLoaded(List.of("C")).withShadow(new Shadow.Sample(Share.ALL));

    assertThat(override(three, VariantOverride.parse("stable"))).isEqualTo("A");
    assertThat(override(three, VariantOverride.parse("canary"))).isEqualTo("B");
    assertThat(override(three, VariantOverride.parse("C"))).isEqualTo("C");
    assertThat(override(three, new VariantOverride.Debug())).isEqualTo("B");
  }

  private static String override(Split split, VariantOverride override) {
    Ask ask = new Ask(Splits.MODEL, new Key.Fresh(new StickyId(7, 7)), override, 0);
    Route route = Splits.route(split, ask);
    assertThat(route.reason()).isEqualTo(Reason.HEADER);
    assertThat(route.reason().exposure()).isFalse();
    assertThat(route.minted()).isEmpty();
    assertThat(route.shadow()).isEmpty();
    return route.primary();
  }

  @Test
  void debugIsTheSecondConfiguredVersionWhereThereIsNoCanary() {
    Split noCanary =
        new Split(
            split.versions(),
            List.of(),
            "A",
            Optional.empty(),
            CanaryTraffic.ENABLED,
            new Shadow.Off(),
            new Strategy.Sticky());

    assertThat(override(noCanary, new VariantOverride.Debug())).isEqualTo("B");
  }

  @Test
  void saysSoWhenThereIsNoSuchVariantOrModel() {
    Routes routes = Splits.routes(Split.single("A"));
    for (VariantOverride override :
        List.of(
            new VariantOverride.Debug(),
            new VariantOverride.ToRole(Role.CANARY),
            new VariantOverride.Named("Z"))) {
      assertThat(routes.route(new Ask(Splits.MODEL, anonymous, override, 0), new Turns()))
          .isEqualTo(new NoSuchVariant(Splits.MODEL, override));
    }
    Ask elsewhere = new Ask("nowhere", anonymous, new VariantOverride.None(), 0);
    assertThat(routes.route(elsewhere, new Turns())).isEqualTo(new NoSuchModel("nowhere"));
    assertThat(Routes.of(Map.of(), 7).revision()).isEqualTo(7);
  }

  @Test
  void shadowsItsSampleOfWhatStableAnswersIndependentlyOfTheChoice() {
    Split shadowed =
        Splits.of("A", 50, "B", 50)
            .withStrategy(new Strategy.WeightedRandom())
            .withShadow(new Shadow.Sample(Share.ofPercent(30)));
    Routes routes = Splits.routes(shadowed);
    SplittableRandom random = new SplittableRandom(8);
    int stable = 0;
    int copies = 0;
    for (int i = 0; i < ASKS; i++) {
      Route route = Splits.route(routes, Splits.ask(anonymous, random.nextLong()), new Turns());
      stable += route.primary().equals("A") ? 1 : 0;
      copies += route.shadow().isPresent() ? 1 : 0;
      assertThat(route.shadow().isPresent() && route.primary().equals("B")).isFalse();
    }
    assertThat((double) copies).isCloseTo(stable * 0.3, within(4 * Math.sqrt(stable * 0.3 * 0.7)));
  }

  @Test
  void aDisabledCanaryIsStillShadowed() {
    Split shadowOnly =
        split.withCanaryTraffic(CanaryTraffic.DISABLED).withShadow(new Shadow.Sample(Share.ALL));

    assertThat(Splits.route(shadowOnly, Splits.named("k")).shadow()).contains("B");
  }
}
