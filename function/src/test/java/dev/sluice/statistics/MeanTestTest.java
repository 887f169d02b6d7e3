package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.statistics.MeanTest.Window;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class MeanTestTest {
  private static final List<Double> PLAN = List.of(0.25);
  private static final MeanTest WITHIN_A_TENTH =
      MeanTest.of(MeanRule.of(Contrast.absolute(0.1)).withSd(1), Levels.DEFAULT, PLAN);

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return ReferenceCases.tests("mean", 37, MeanTestTest::agrees);
  }

  private static void agrees(ReferenceCases.Case reference) {
    MeanTest test = test(reference);
    MeanState state = test.start();
    JsonNode trace = reference.expected().get("trace");
    int share = 1;
    for (int k = 0; k < reference.windows().size(); k++) {
      JsonNode window = reference.windows().get(k);
      if (window.isTextual()) {
        share++;
      } else {
        state =
            test.after(
                state, new Window(moments(window.get(0)), moments(window.get(1)), share / 100.0));
      }
      Reading reading = test.read(state);
      reference.check("logEHarm of " + k, reading.logEHarm(), trace.get(k).get(0));
      reference.check("logESafe of " + k, reading.last().logESafe(), trace.get(k).get(1));
      assertThat(state.progress().used()).isEqualTo(trace.get(k).get(2).asLong());
    }
    assertThat(trace).hasSize(reference.windows().size());
    assertThat(state.progress().invalid()).isZero();
    checkEnd(reference, test, state);
  }

  private static void checkEnd(ReferenceCases.Case reference, MeanTest test, MeanState state) {
    JsonNode expected = reference.expected();
    Reading reading = test.read(state);
    reference.check("logEHarm", reading.logEHarm(), expected.path("logEHarm"));
    reference.check("logESafe", reading.last().logESafe(), expected.path("logESafe"));
    assertThat(state.progress().used()).isEqualTo(expected.get("blocks").asLong());
    reference.check("rho", state.rho(), expected.path("rho"));
    Interval interval = test.account(state, 0.05).interval();
    reference.check("lower", interval.lower(), expected.path("interval").path(0));
    reference.check("upper", interval.upper(), expected.path("interval").path(1));
    JsonNode sums = expected.get("sums");
    ContrastSums safe = state.safe().getLast().sums();
    reference.check("Sh", state.harm().s(), sums.path("Sh"));
    reference.check("Vh", state.harm().v(), sums.path("Vh"));
    reference.check("Ss", safe.s(), sums.path("Ss"));
    reference.check("Vs", safe.v(), sums.path("Vs"));
    reference.check("S0", state.difference().s(), sums.path("S0"));
    reference.check("V0", state.difference().v(), sums.path("V0"));
    reference.check("H", state.weight(), sums.path("H"));
    checkSteps(reference, reading, state);
  }

  private static void checkSteps(ReferenceCases.Case reference, Reading reading, MeanState state) {
    if (!reference.expected().has("steps")) {
      assertThat(reference.shares()).isEmpty();
      return;
    }
    JsonNode steps = reference.expected().get("steps");
    assertThat(steps).hasSize(reading.steps().size());
    for (int i = 0; i < steps.size(); i++) {
      JsonNode wanted = steps.get(i);
      Reading.Step step = reading.steps().get(i);
      ContrastSums sums = state.safeAt(step.share());
      reference.check("share", step.share(), wanted.path("share"));
      reference.check("factor", sums.contrast().factor(), wanted.path("contrast").path(0));
      reference.check("offset", sums.contrast().offset(), wanted.path("contrast").path(1));
      reference.check("S", sums.s(), wanted.path("S"));
      reference.check("V", sums.v(), wanted.path("V"));
      reference.check("logESafe", step.logESafe(), wanted.path("logESafe"));
      assertThat(step.margin())
          .isEqualTo(new Margin.Mean(sums.contrast().factor(), sums.contrast().offset()));
    }
  }

  private static MeanTest test(ReferenceCases.Case reference) {
    JsonNode parameters = reference.parameters();
    MeanRule rule =
        new MeanRule(
            contrast(parameters.path("harm"), Contrast.EQUAL),
            contrast(parameters.path("safe"), Contrast.relative(0.1)),
            reference.parameter("min_block", 50),
            reference.parameter("kappa", 0.1),
            parameters.has("sd")
                ? OptionalDouble.of(parameters.get("sd").asDouble())
                : OptionalDouble.empty());
    return MeanTest.of(rule, Levels.DEFAULT, reference.shares());
  }

  private static Contrast contrast(JsonNode pair, Contrast otherwise) {
    return pair.isMissingNode()
        ? otherwise
        : new Contrast(pair.get(0).asDouble(), pair.get(1).asDouble());
  }

  private static Moments moments(JsonNode row) {
    return new Moments(row.get(0).asDouble(), row.get(1).asDouble(), row.get(2).asDouble());
  }

  private static Moments arm(double units, double mean) {
    return new Moments(units, mean, units);
  }

  @Test
  void latchesSafetyOfASmallShareBeforeThatOfAllTraffic() {
    MeanState state = WITHIN_A_TENTH.start();
    for (int i = 0; i < 20 && !proven(state, 0.25); i++) {
      state = WITHIN_A_TENTH.after(state, new Window(arm(100, 1), arm(100, 1), 0.25));
    }

    assertThat(proven(state, 0.25)).isTrue();
    assertThat(WITHIN_A_TENTH.read(state).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  private static boolean proven(MeanState state, double share) {
    return state.progress().verdict(share) == Verdict.SAFE;
  }

  @Test
  void saysHarmfulForGoodOnceItIsProven() {
    MeanState harmful =
        WITHIN_A_TENTH.after(WITHIN_A_TENTH.start(), new Window(arm(1000, 0), arm(1000, 4), 0.5));

    MeanState later =
        WITHIN_A_TENTH.after(harmful, new Window(arm(100_000, 9), arm(100_000, 0), 0.5));

    assertThat(WITHIN_A_TENTH.read(harmful).verdict()).isEqualTo(Verdict.HARMFUL);
    assertThat(WITHIN_A_TENTH.read(later).verdict()).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void countsBadWindowsAndMovesNothing() {
    Moments good = arm(60, 1);
    MeanState before =
        WITHIN_A_TENTH.after(WITHIN_A_TENTH.start(), new Window(arm(20, 1), arm(20, 1), 0.1));
    double max = Double.MAX_VALUE;
    List<Window> bad =
        List.of(
            new Window(new Moments(Double.NaN, 1, 1), good, 0.1),
            new Window(good, new Moments(-1, 1, 1), 0.1),
            new Window(good, new Moments(60, Double.POSITIVE_INFINITY, 1), 0.1),
            new Window(good, new Moments(60, 1, -1), 0.1),
            new Window(good, new Moments(60, 1, Double.NaN), 0.1),
            new Window(good, good, Double.NaN),
            new Window(good, good, -0.1),
            new Window(good, good, 1.1),
            new Window(new Moments(60, max, 1), good, 0.1),
            new Window(new Moments(60, 1, max), arm(1e6, 1), 0.2));
    for (Window window : bad) {
      MeanState after = WITHIN_A_TENTH.after(before, window);

      assertThat(after).as("%s", window).isEqualTo(invalid(before));
    }
  }

  private static MeanState invalid(MeanState state) {
    return state.withProgress(state.progress().afterInvalid());
  }

  @Test
  void takesNoScaleFromAnEndlessSpread() {
    MeanRule rule = MeanRule.of(Contrast.relative(0.1)).withBlocks(50, 0.01);
    MeanTest test = MeanTest.of(rule, Levels.DEFAULT, List.of());
    Moments wild = new Moments(60, 1, Double.MAX_VALUE / 2);

    MeanState after = test.after(test.start(), new Window(wild, wild, 0.1));

    assertThat(after).isEqualTo(invalid(test.start()));
  }

  @Test
  void skipsAWindowWithoutOneOfTheArms() {
    MeanState start = WITHIN_A_TENTH.start();

    MeanState noCanary = WITHIN_A_TENTH.after(start, new Window(arm(60, 1), Moments.NONE, 0.1));
    MeanState noStable = WITHIN_A_TENTH.after(start, new Window(Moments.NONE, arm(60, 1), 0.1));

    assertThat(noCanary)
        .isEqualTo(noStable)
        .isEqualTo(start.withProgress(start.progress().afterSkipped()));
  }

  @Test
  void judgesACanaryByABoundAloneAlsoFromWindowsWithoutStable() {
    MeanTest test = MeanTest.of(MeanRule.bound(2).withSd(1), Levels.DEFAULT, List.of());

    MeanState first = test.after(test.start(), new Window(Moments.NONE, arm(60, 3), 0.1));
    MeanState second = test.after(first, new Window(arm(60, 1), arm(60, 3), 0.1));
    MeanState nothing = test.after(second, new Window(Moments.NONE, Moments.NONE, 0.1));

    assertThat(second.canaryUnits()).isEqualTo(120);
    assertThat(second.harm().s()).isCloseTo(40, within(1e-9));
    assertThat(nothing.progress().skipped()).isEqualTo(1);
  }

  @Test
  void holdsAShareThatWasNotInThePlanAgainstTheNextLargerOne() {
    MeanTest edited =
        MeanTest.of(
            MeanRule.of(Contrast.absolute(0.1)).withSd(1), Levels.DEFAULT, List.of(0.1, 0.5));

    Reading reading = edited.read(WITHIN_A_TENTH.start());

    assertThat(reading.steps())
        .extracting(Reading.Step::margin)
        .containsExactly(new Margin.Mean(1, 0.4), new Margin.Mean(1, 0.1), new Margin.Mean(1, 0.1));
  }

  @Test
  void refusesAStateOfOtherRules() {
    MeanTest other = MeanTest.of(MeanRule.bound(2), Levels.DEFAULT, PLAN);

    assertThatThrownBy(() -> other.read(WITHIN_A_TENTH.start()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "51", tries = 300)
  void doesNotCareHowAWindowWasSplit(
      @ForAll @DoubleRange(min = -5, max = 5) double first,
      @ForAll @DoubleRange(min = -5, max = 5) double second,
      @ForAll @IntRange(min = 1, max = 49) int units) {
    Moments one = arm(units, first);
    Moments two = arm(60, second);

    MeanState split =
        WITHIN_A_TENTH.after(
            WITHIN_A_TENTH.after(WITHIN_A_TENTH.start(), new Window(one, one, 0.1)),
            new Window(two, one, 0.1));
    MeanState merged =
        WITHIN_A_TENTH.after(WITHIN_A_TENTH.start(), new Window(one.plus(two), one.plus(one), 0.1));

    assertThat(split).isEqualTo(merged);
  }

  @Property(seed = "52", tries = 300)
  void mirrorsTheEvidenceWhenTheArmsAreSwapped(
      @ForAll @DoubleRange(min = -5, max = 5) double stable,
      @ForAll @DoubleRange(min = -5, max = 5) double canary,
      @ForAll @IntRange(min = 50, max = 900) int units) {
    MeanTest equal = MeanTest.of(MeanRule.of(Contrast.EQUAL).withSd(1), Levels.DEFAULT, List.of());

    Reading one =
        equal.read(equal.after(equal.start(), new Window(arm(80, stable), arm(units, canary), 1)));
    Reading other =
        equal.read(equal.after(equal.start(), new Window(arm(units, canary), arm(80, stable), 1)));

    assertThat(one.logEHarm()).isCloseTo(other.last().logESafe(), within(1e-9));
    assertThat(one.last().logESafe()).isCloseTo(other.logEHarm(), within(1e-9));
  }
}
