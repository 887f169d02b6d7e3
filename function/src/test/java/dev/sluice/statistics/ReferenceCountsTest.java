package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The tests on counts and latencies against values that other programs computed.
class ReferenceCountsTest {
  private static final double GAMMA = 0.05;

  @TestFactory
  Stream<DynamicTest> profiles() {
    return ReferenceCases.tests("profile", 7, ReferenceCountsTest::profile);
  }

  private static void profile(ReferenceCases.Case c) {
    JsonNode parameters = c.parameters();
    Grid grid =
        Grid.of(
            ReferenceCases.numbers(parameters.get("grid")).stream().mapToDouble(d -> d).toArray());
    Doubles profile = Doubles.zeros(grid.size());
    for (JsonNode window : c.windows()) {
      profile =
          grid.kernel(window.get(0).asDouble())
              .added(profile, window.get(1).asDouble(), window.get(2).asDouble());
    }
    Side side = parameters.get("side").asInt() > 0 ? Side.ABOVE : Side.BELOW;
    int origin = grid.floor(parameters.get("null").asDouble());
    Bets bets = Bets.falling(grid, origin, side, parameters.get("scale").asDouble());
    if (!parameters.get("point").isNull()) {
      bets = bets.withHalfOnNoChange(grid);
    }
    JsonNode ell = c.expected().get("ell");
    for (int j = 0; j < grid.size(); j++) {
      c.check("ell " + j, profile.get(j), ell.get(j));
    }
    c.check("logE", bets.logE(profile, 1), c.expected().get("logE"));
  }

  @TestFactory
  Stream<DynamicTest> ratios() {
    return ReferenceCases.tests("ratio", 102, ReferenceCountsTest::ratio);
  }

  private static void ratio(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    RatioTest test = ratioTest(c, Units.REQUEST, asked(p));
    RatioTest planned = RatioTest.of(rule(p, Units.REQUEST), levels(p), shares(p));
    RatioState state = planned.start();
    test = test.resuming(state);
    JsonNode trace = c.expected().get("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      List<Double> w = ReferenceCases.numbers(c.windows().get(i));
      state =
          test.after(
              state,
              PairedCounts.of(new Counts(w.get(0), w.get(1)), new Counts(w.get(2), w.get(3))));
      Reading reading = test.read(state);
      c.check("harm " + i, reading.logEHarm(), trace.get(i).get(0));
      c.check("safe " + i, reading.last().logESafe(), trace.get(i).get(1));
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(2).asText());
    }
    Reading reading = test.read(state);
    c.check("logEHarm", reading.logEHarm(), c.expected().get("logEHarm"));
    c.check("logESafe", reading.last().logESafe(), c.expected().get("logESafe"));
    c.check("pHarm", reading.pHarm(), c.expected().get("pHarm"));
    c.check("pSafe", reading.pSafe(), c.expected().get("pSafe"));
    c.check("estimate", test.account(state, GAMMA).estimate(), c.expected().get("estimate"));
    interval(c, test.account(state, GAMMA).interval());
    totals(c, state);
    common(c, reading, state.progress());
    ratioSteps(c, reading);
  }

  @TestFactory
  Stream<DynamicTest> stickyCallers() {
    return ReferenceCases.tests("sticky", 11, ReferenceCountsTest::sticky);
  }

  private static void sticky(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    Units units = p.has("units") ? Units.valueOf(p.get("units").asText()) : Units.AUTO;
    RatioTest planned = RatioTest.of(rule(p, units), levels(p), shares(p));
    RatioState state = planned.start();
    RatioTest test = ratioTest(c, units, asked(p)).resuming(state);
    JsonNode trace = c.expected().get("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      state = test.after(state, grouped(c.windows().get(i)));
      Reading reading = test.read(state);
      Clusters.Divisor divisor = test.divisor(state);
      JsonNode expected = trace.get(i);
      assertThat(state.clusters().dispersedSince().isPresent() || units == Units.DISPERSED)
          .isEqualTo(expected.get(0).asBoolean());
      c.check("df", state.clusters().dispersion().df(), expected.get(1));
      c.check("phi", divisor.phi(), expected.get(2));
      c.check("phiFloor", divisor.phiFloor(), expected.get(3));
      assertThat(divisor.trusted()).isEqualTo(expected.get(4).asBoolean());
      c.check("harm " + i, reading.logEHarm(), expected.get(5));
      c.check("safe " + i, reading.last().logESafe(), expected.get(6));
      assertThat(reading.verdict().name()).isEqualTo(expected.get(7).asText());
    }
    totals(c, state);
    common(c, test.read(state), state.progress());
    ratioSteps(c, test.read(state));
  }

  private static PairedCounts grouped(JsonNode w) {
    GroupCounts stable = new GroupCounts(row(w.get(0)), row(w.get(1)));
    GroupCounts canary = new GroupCounts(row(w.get(2)), row(w.get(3)));
    return new PairedCounts(
        new Counts(stable.units().sum(), stable.events().sum()),
        new Counts(canary.units().sum(), canary.events().sum()),
        Optional.of(new Grouped(stable, canary, w.get(4).asDouble(), w.get(5).asDouble())));
  }

  @TestFactory
  Stream<DynamicTest> dispersions() {
    return ReferenceCases.tests("dispersion", 8, ReferenceCountsTest::dispersion);
  }

  private static void dispersion(ReferenceCases.Case c) {
    Dispersion dispersion =
        new Dispersion(
            arm(c.windows().get(0)), arm(c.windows().get(1)), Doubles.zeros(GroupCounts.GROUPS));
    double phi =
        dispersion.df() == 0 ? 1 : Dispersion.cautious(dispersion.pearson(), dispersion.df());
    c.check("phi", phi, c.expected().get("phi"));
  }

  private static Dispersion.Arm arm(JsonNode pairs) {
    return new Dispersion.Arm(
        Doubles.generate(GroupCounts.GROUPS, g -> pairs.get(g).get(0).asDouble()),
        Doubles.generate(GroupCounts.GROUPS, g -> pairs.get(g).get(1).asDouble()));
  }

  @TestFactory
  Stream<DynamicTest> rates() {
    return ReferenceCases.tests("absolute", 32, ReferenceCountsTest::rate);
  }

  private static void rate(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    RateRule rule =
        new RateRule(p.get("bound").asDouble(), p.path("phi").asDouble(1), Units.REQUEST);
    RateTest test = RateTest.of(rule, levels(p), shares(p));
    RateState state = test.start();
    JsonNode trace = c.expected().get("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      List<Double> w = ReferenceCases.numbers(c.windows().get(i));
      state = test.after(state, PairedCounts.of(Counts.NONE, new Counts(w.get(0), w.get(1))));
      Reading reading = test.read(state);
      c.check("harm " + i, reading.logEHarm(), trace.get(i).get(0));
      c.check("safe " + i, reading.last().logESafe(), trace.get(i).get(1));
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(2).asText());
    }
    Reading reading = test.read(state);
    c.check("logEHarm", reading.logEHarm(), c.expected().get("logEHarm"));
    c.check("logESafe", reading.last().logESafe(), c.expected().get("logESafe"));
    interval(c, test.account(state, GAMMA).interval());
    common(c, reading, state.progress());
    steps(
        c,
        reading,
        (expected, margin) ->
            c.check("bound", ((Margin.Rate) margin).bound(), expected.get("null")));
  }

  @TestFactory
  Stream<DynamicTest> quantiles() {
    return ReferenceCases.tests("quantile", 28, ReferenceCountsTest::quantile);
  }

  private static void quantile(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    QuantileRule rule =
        QuantileRule.of(p.path("q").asDouble(0.95), p.path("tolerance").asDouble(0.1))
            .withUnits(Units.REQUEST);
    QuantileTest planned = QuantileTest.of(rule, levels(p), shares(p));
    QuantileState state = planned.start();
    QuantileTest test = QuantileTest.of(rule, levels(p), asked(p)).resuming(state);
    JsonNode trace = c.expected().get("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      JsonNode window = c.windows().get(i);
      JsonNode level = trace.get(i).get(0);
      c.check("level " + i, test.level(state).stream().asDoubleStream().findFirst(), level);
      state =
          test.after(state, PairedLatencies.of(histogram(window.get(0)), histogram(window.get(1))));
      Reading reading = test.read(state);
      c.check("harm " + i, reading.logEHarm(), trace.get(i).get(1));
      c.check("safe " + i, reading.last().logESafe(), trace.get(i).get(2));
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(3).asText());
    }
    Reading reading = test.read(state);
    c.check("shift", rule.shift(), c.expected().get("shift"));
    c.check("effective", rule.effectiveTolerance(), c.expected().get("effectiveTolerance"));
    c.check("logEHarm", reading.logEHarm(), c.expected().get("logEHarm"));
    c.check("logESafe", reading.last().logESafe(), c.expected().get("logESafe"));
    interval(c, test.account(state, GAMMA).interval());
    assertThat(state.progress().used()).isEqualTo(c.expected().get("used").asLong());
    assertThat(state.progress().skipped()).isEqualTo(c.expected().get("skipped").asLong());
    steps(
        c,
        reading,
        (expected, margin) ->
            c.check("null", ((Margin.Tail) margin).ratio(), expected.get("null")));
  }

  private static Histogram histogram(JsonNode counts) {
    return Histogram.of(
        Doubles.generate(LatencyBuckets.COUNT, i -> counts.path(Integer.toString(i)).asDouble(0)));
  }

  private static RatioTest ratioTest(ReferenceCases.Case c, Units units, List<Double> shares) {
    return RatioTest.of(rule(c.parameters(), units), levels(c.parameters()), shares);
  }

  private static RatioRule rule(JsonNode p, Units units) {
    return new RatioRule(
        p.path("harm").asDouble(1.1),
        p.path("safe").asDouble(1.5),
        p.path("floor").asDouble(0.001),
        p.path("scale").asDouble(0.7),
        p.path("phi").asDouble(1),
        units);
  }

  private static Levels levels(JsonNode p) {
    return new Levels(
        p.path("alpha_harm").asDouble(0.05),
        p.path("alpha_safe").asDouble(0.05),
        100,
        p.path("min_windows").asLong(1));
  }

  private static List<Double> shares(JsonNode p) {
    return p.has("shares") ? ReferenceCases.numbers(p.get("shares")) : List.of();
  }

  // Shares that were not in the plan are asked for beside those that were.
  private static List<Double> asked(JsonNode p) {
    List<Double> all = new ArrayList<>(shares(p));
    if (p.has("ask")) {
      all.addAll(ReferenceCases.numbers(p.get("ask")));
    }
    return all;
  }

  private static void totals(ReferenceCases.Case c, RatioState state) {
    JsonNode totals = c.expected().get("totals");
    c.check("nA", state.stable().units(), totals.get(0));
    c.check("xA", state.stable().events(), totals.get(1));
    c.check("nB", state.canary().units(), totals.get(2));
    c.check("xB", state.canary().events(), totals.get(3));
  }

  private static void common(ReferenceCases.Case c, Reading reading, Progress progress) {
    c.check("maxLogEHarm", reading.maxLogEHarm(), c.expected().get("maxLogEHarm"));
    c.check("maxLogESafe", reading.last().maxLogESafe(), c.expected().get("maxLogESafe"));
    assertThat(reading.verdict().name()).isEqualTo(c.expected().get("verdict").asText());
    assertThat(progress.used()).isEqualTo(c.expected().get("used").asLong());
    assertThat(progress.skipped()).isEqualTo(c.expected().get("skipped").asLong());
    assertThat(progress.invalid()).isEqualTo(c.expected().get("invalid").asLong());
  }

  private static void interval(ReferenceCases.Case c, Interval interval) {
    c.check("lower", interval.lower(), c.expected().get("interval").get(0));
    c.check("upper", interval.upper(), c.expected().get("interval").get(1));
  }

  private static void ratioSteps(ReferenceCases.Case c, Reading reading) {
    steps(
        c,
        reading,
        (expected, margin) -> {
          Margin.Ratio ratio = (Margin.Ratio) margin;
          c.check("ratio", ratio.ratio(), expected.get("null").get(0));
          c.check("floor", ratio.floor(), expected.get("null").get(1));
        });
  }

  private interface MarginCheck {
    void check(JsonNode expected, Margin margin);
  }

  private static void steps(ReferenceCases.Case c, Reading reading, MarginCheck margins) {
    if (!c.expected().has("steps")) {
      return;
    }
    JsonNode steps = c.expected().get("steps");
    assertThat(reading.steps()).hasSize(steps.size());
    for (JsonNode expected : steps) {
      double share = expected.get("share").asDouble();
      Reading.Step step =
          reading.steps().stream().filter(s -> s.share() == share).findFirst().orElseThrow();
      margins.check(expected, step.margin());
      c.check(share + " logESafe", step.logESafe(), expected.get("logESafe"));
      if (!expected.has("verdict")) {
        continue; // A share that was asked for only afterwards has no history.
      }
      c.check(share + " maxLogESafe", step.maxLogESafe(), expected.get("maxLogESafe"));
      assertThat(step.verdict().name()).isEqualTo(expected.get("verdict").asText());
      c.check(
          share + " safeAt",
          step.safeAt().stream().asDoubleStream().findFirst(),
          expected.get("safeAt"));
    }
  }

  private static Doubles row(JsonNode array) {
    return Doubles.of(ReferenceCases.numbers(array).stream().mapToDouble(d -> d).toArray());
  }
}
