package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The tests on counts and latencies against values that other programs computed.
class ReferenceCountsTest {
  private static final double GAMMA = 0.05;

  @TestFactory
  Stream<DynamicTest> profiles() {
    return ReferenceCases.of("profile", 7).map(c -> c.test(() -> profile(c)));
  }

  private static void profile(ReferenceCases.Case c) {
    JsonNode parameters = c.parameters();
    Grid grid = Grid.of(numbers(parameters.get("grid")).stream().mapToDouble(d -> d).toArray());
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
    List<Double> ell = numbers(c.expected().get("ell"));
    for (int j = 0; j < grid.size(); j++) {
      c.close("ell " + j, ell.get(j), profile.get(j));
    }
    c.close("logE", c.expected().get("logE"), bets.logE(profile, 1));
  }

  @TestFactory
  Stream<DynamicTest> ratios() {
    return ReferenceCases.of("ratio", 102).map(c -> c.test(() -> ratio(c)));
  }

  private static void ratio(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    RatioTest test = ratioTest(c, Units.REQUEST, asked(p));
    RatioTest planned = RatioTest.of(rule(p, Units.REQUEST), levels(p), shares(p));
    RatioState state = planned.start();
    test = test.resuming(state);
    List<JsonNode> trace = c.list("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      List<Double> w = numbers(c.windows().get(i));
      state =
          test.after(
              state,
              PairedCounts.of(new Counts(w.get(0), w.get(1)), new Counts(w.get(2), w.get(3))));
      Reading reading = test.read(state);
      c.close("harm " + i, trace.get(i).get(0), reading.logEHarm());
      c.close("safe " + i, trace.get(i).get(1), reading.last().logESafe());
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(2).asText());
    }
    Reading reading = test.read(state);
    c.close("logEHarm", c.expected().get("logEHarm"), reading.logEHarm());
    c.close("logESafe", c.expected().get("logESafe"), reading.last().logESafe());
    c.close("pHarm", c.expected().get("pHarm"), reading.pHarm());
    c.close("pSafe", c.expected().get("pSafe"), reading.pSafe());
    c.close("estimate", c.expected().get("estimate"), test.estimate(state));
    interval(c, test.interval(state, GAMMA));
    totals(c, state);
    common(c, reading, state.progress());
    ratioSteps(c, reading);
  }

  @TestFactory
  Stream<DynamicTest> stickyCallers() {
    return ReferenceCases.of("sticky", 11).map(c -> c.test(() -> sticky(c)));
  }

  private static void sticky(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    Units units = p.has("units") ? Units.valueOf(p.get("units").asText()) : Units.AUTO;
    RatioTest planned = RatioTest.of(rule(p, units), levels(p), shares(p));
    RatioState state = planned.start();
    RatioTest test = ratioTest(c, units, asked(p)).resuming(state);
    List<JsonNode> trace = c.list("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      state = test.after(state, grouped(c.windows().get(i)));
      Reading reading = test.read(state);
      Clusters.Divisor divisor = test.divisor(state);
      JsonNode expected = trace.get(i);
      assertThat(state.clusters().dispersedSince().isPresent() || units == Units.DISPERSED)
          .isEqualTo(expected.get(0).asBoolean());
      c.close("df", expected.get(1), state.clusters().dispersion().df());
      c.close("phi", expected.get(2), divisor.phi());
      c.close("phiFloor", expected.get(3), divisor.phiFloor());
      assertThat(divisor.trusted()).isEqualTo(expected.get(4).asBoolean());
      c.close("harm " + i, expected.get(5), reading.logEHarm());
      c.close("safe " + i, expected.get(6), reading.last().logESafe());
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
    return ReferenceCases.of("dispersion", 8)
        .map(
            c ->
                c.test(
                    () -> {
                      Dispersion dispersion =
                          new Dispersion(
                              arm(c.windows().get(0)),
                              arm(c.windows().get(1)),
                              Doubles.zeros(GroupCounts.GROUPS));
                      double phi =
                          dispersion.df() == 0
                              ? 1
                              : Dispersion.cautious(dispersion.pearson(), dispersion.df());
                      c.close("phi", c.expected().get("phi"), phi);
                    }));
  }

  private static Dispersion.Arm arm(JsonNode pairs) {
    return new Dispersion.Arm(
        Doubles.generate(GroupCounts.GROUPS, g -> pairs.get(g).get(0).asDouble()),
        Doubles.generate(GroupCounts.GROUPS, g -> pairs.get(g).get(1).asDouble()));
  }

  @TestFactory
  Stream<DynamicTest> rates() {
    return ReferenceCases.of("absolute", 32).map(c -> c.test(() -> rate(c)));
  }

  private static void rate(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    RateRule rule =
        new RateRule(p.get("bound").asDouble(), p.path("phi").asDouble(1), Units.REQUEST);
    RateTest test = RateTest.of(rule, levels(p), shares(p));
    RateState state = test.start();
    List<JsonNode> trace = c.list("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      List<Double> w = numbers(c.windows().get(i));
      state = test.after(state, PairedCounts.of(Counts.NONE, new Counts(w.get(0), w.get(1))));
      Reading reading = test.read(state);
      c.close("harm " + i, trace.get(i).get(0), reading.logEHarm());
      c.close("safe " + i, trace.get(i).get(1), reading.last().logESafe());
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(2).asText());
    }
    Reading reading = test.read(state);
    c.close("logEHarm", c.expected().get("logEHarm"), reading.logEHarm());
    c.close("logESafe", c.expected().get("logESafe"), reading.last().logESafe());
    interval(c, test.interval(state, GAMMA));
    common(c, reading, state.progress());
    steps(
        c,
        reading,
        (expected, margin) ->
            c.close("bound", expected.get("null"), ((Margin.Rate) margin).bound()));
  }

  @TestFactory
  Stream<DynamicTest> quantiles() {
    return ReferenceCases.of("quantile", 28).map(c -> c.test(() -> quantile(c)));
  }

  private static void quantile(ReferenceCases.Case c) {
    JsonNode p = c.parameters();
    QuantileRule rule =
        QuantileRule.of(p.path("q").asDouble(0.95), p.path("tolerance").asDouble(0.1))
            .withUnits(Units.REQUEST);
    QuantileTest planned = QuantileTest.of(rule, levels(p), shares(p));
    QuantileState state = planned.start();
    QuantileTest test = QuantileTest.of(rule, levels(p), asked(p)).resuming(state);
    List<JsonNode> trace = c.list("trace");
    for (int i = 0; i < c.windows().size(); i++) {
      JsonNode window = c.windows().get(i);
      JsonNode level = trace.get(i).get(0);
      c.close("level " + i, level, test.level(state).stream().asDoubleStream().findFirst());
      state =
          test.after(state, PairedLatencies.of(histogram(window.get(0)), histogram(window.get(1))));
      Reading reading = test.read(state);
      c.close("harm " + i, trace.get(i).get(1), reading.logEHarm());
      c.close("safe " + i, trace.get(i).get(2), reading.last().logESafe());
      assertThat(reading.verdict().name()).isEqualTo(trace.get(i).get(3).asText());
    }
    Reading reading = test.read(state);
    c.close("shift", c.expected().get("shift"), rule.shift());
    c.close("effective", c.expected().get("effectiveTolerance"), rule.effectiveTolerance());
    c.close("logEHarm", c.expected().get("logEHarm"), reading.logEHarm());
    c.close("logESafe", c.expected().get("logESafe"), reading.last().logESafe());
    interval(c, test.interval(state, GAMMA));
    assertThat(state.progress().used()).isEqualTo(c.expected().get("used").asLong());
    assertThat(state.progress().skipped()).isEqualTo(c.expected().get("skipped").asLong());
    steps(
        c,
        reading,
        (expected, margin) ->
            c.close("null", expected.get("null"), ((Margin.Tail) margin).ratio()));
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
    return p.has("shares") ? numbers(p.get("shares")) : List.of();
  }

  // Shares that were not in the plan are asked for beside those that were.
  private static List<Double> asked(JsonNode p) {
    List<Double> all = new ArrayList<>(shares(p));
    if (p.has("ask")) {
      all.addAll(numbers(p.get("ask")));
    }
    return all;
  }

  private static void totals(ReferenceCases.Case c, RatioState state) {
    List<Double> totals = numbers(c.expected().get("totals"));
    c.close("nA", totals.get(0), state.stable().units());
    c.close("xA", totals.get(1), state.stable().events());
    c.close("nB", totals.get(2), state.canary().units());
    c.close("xB", totals.get(3), state.canary().events());
  }

  private static void common(ReferenceCases.Case c, Reading reading, Progress progress) {
    c.close("maxLogEHarm", c.expected().get("maxLogEHarm"), reading.maxLogEHarm());
    c.close("maxLogESafe", c.expected().get("maxLogESafe"), reading.last().maxLogESafe());
    assertThat(reading.verdict().name()).isEqualTo(c.expected().get("verdict").asText());
    assertThat(progress.used()).isEqualTo(c.expected().get("used").asLong());
    assertThat(progress.skipped()).isEqualTo(c.expected().get("skipped").asLong());
    assertThat(progress.invalid()).isEqualTo(c.expected().get("invalid").asLong());
  }

  private static void interval(ReferenceCases.Case c, Interval interval) {
    c.close("lower", c.expected().get("interval").get(0), interval.lower());
    c.close("upper", c.expected().get("interval").get(1), interval.upper());
  }

  private static void ratioSteps(ReferenceCases.Case c, Reading reading) {
    steps(
        c,
        reading,
        (expected, margin) -> {
          Margin.Ratio ratio = (Margin.Ratio) margin;
          c.close("ratio", expected.get("null").get(0), ratio.ratio());
          c.close("floor", expected.get("null").get(1), ratio.floor());
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
      c.close(share + " logESafe", expected.get("logESafe"), step.logESafe());
      if (!expected.has("verdict")) {
        continue; // A share that was asked for only afterwards has no history.
      }
      c.close(share + " maxLogESafe", expected.get("maxLogESafe"), step.maxLogESafe());
      assertThat(step.verdict().name()).isEqualTo(expected.get("verdict").asText());
      c.close(
          share + " safeAt",
          expected.get("safeAt"),
          step.safeAt().stream().asDoubleStream().findFirst());
    }
  }

  private static Doubles row(JsonNode array) {
    return Doubles.of(numbers(array).stream().mapToDouble(d -> d).toArray());
  }

  private static List<Double> numbers(JsonNode array) {
    return IntStream.range(0, array.size()).mapToObj(i -> array.get(i).asDouble()).toList();
  }

  static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
