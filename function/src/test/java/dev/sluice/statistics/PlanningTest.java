package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class PlanningTest {
  private static final double BARRIER = FirstPassage.barrier(0.05, FirstPassage.RATIO_COST);

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return ReferenceCases.tests(
        "plan", 29, each -> each.check("value", value(each), each.expected().path("value")));
  }

  private static OptionalDouble value(ReferenceCases.Case of) {
    double power = of.parameter("power", 0.5);
    double p = of.parameter("p", 0);
    double share = of.parameter("share", 0);
    double rho = of.parameter("rho", 0);
    double r0 = of.parameter("r0", 0);
    double barrier = FirstPassage.barrier(of.parameter("alpha", 0.05), of.parameter("cost", 1));
    String kind = of.parameters().get("kind").asText();
    return switch (kind) {
      case "harm", "safe" -> FirstPassage.ofRatio(p, share, rho, r0, barrier).plan(power);
      case "absolute" -> FirstPassage.ofRate(p, of.parameter("p0", 0), barrier).plan(power);
      case "minRatio" -> Planning.minRatio(p, share, r0, barrier, power, of.parameter("total", 0));
      case "fixed" -> Planning.fixedSample(p, of.parameter("rel", 0), power);
      case "stepRatio" -> step(of).ratio(margin(of), p);
      case "stepQuantile" ->
          step(of).quantile(of.parameter("s", 0), of.parameter("q", 0), of.parameter("lambda", 0));
      case "forecast" -> Planning.minutes(legs(of.parameters()));
      default -> throw new IllegalArgumentException("kind must be known: " + kind);
    };
  }

  private static StepForecast step(ReferenceCases.Case of) {
    return new StepForecast(
        of.parameter("share", 0),
        of.parameter("alpha", 0),
        of.parameter("power", 0),
        of.parameter("won", 0));
  }

  private static Margin.Ratio margin(ReferenceCases.Case of) {
    double s = of.parameter("s", 0);
    double floor = of.parameter("floor", 0);
    return new Margin.Ratio(
        1 + (of.parameter("safe", 0) - 1) / s, Math.min(floor / s, Math.max(floor, 0.1)));
  }

  private static List<Planning.Leg> legs(JsonNode parameters) {
    List<Planning.Leg> legs = new ArrayList<>();
    for (int i = 0; i < parameters.get("canaryRequests").size(); i++) {
      JsonNode requests = parameters.get("canaryRequests").get(i);
      legs.add(
          new Planning.Leg(
              requests.isNull() ? OptionalDouble.empty() : OptionalDouble.of(requests.asDouble()),
              parameters.get("canaryPerMinute").get(i).asDouble(),
              parameters.get("dwellMinutes").get(i).asDouble()));
    }
    return legs;
  }

  @Test
  void provesNothingThatIsNotSo() {
    assertThat(FirstPassage.ofRatio(0.01, 0.1, 1.1, 1.1, BARRIER).plan(0.5)).isEmpty();
    assertThat(FirstPassage.ofRatio(0, 0.1, 2, 1.1, BARRIER).plan(0.5)).isEmpty();
    assertThat(FirstPassage.ofRate(0, 0.05, BARRIER).plan(0.5)).isEmpty();
    assertThat(FirstPassage.ofRatio(0.01, 0.1, 1.1, 1.1, BARRIER).decidedWithin(1e9)).isZero();
  }

  @Test
  void noticesNoEffectInHardlyAnyRequests() {
    assertThat(Planning.minRatio(0.001, 0.1, 1.1, BARRIER, 0.8, 10)).isEmpty();
  }

  @Test
  void hasNoSampleForRatesThatCannotBe() {
    assertThat(Planning.fixedSample(0.6, 1, 0.8)).isEmpty();
    assertThat(Planning.fixedSample(0.1, 0, 0.8)).isEmpty();
    assertThat(Planning.fixedSample(0, 0.5, 0.8)).isEmpty();
  }

  @Test
  void takesTheFloorWhereItIsSooner() {
    StepForecast now = new StepForecast(0.05, 0.05, 0.5, 0);

    double both = now.ratio(new Margin.Ratio(1.5, 0.001), 0.0001).orElseThrow();
    double ratioAlone = now.ratio(new Margin.Ratio(1.5, 0), 0.0001).orElseThrow();

    assertThat(both).isLessThan(10_000).isLessThan(ratioAlone);
  }

  @Test
  void needsMoreOfRequestsThatAreAlike() {
    StepForecast now = new StepForecast(0.05, 0.05, 0.5, 0);
    Margin.Ratio margin = new Margin.Ratio(1.5, 0);

    assertThat(now.ratio(margin, 0.01, 3, 1).orElseThrow())
        .isCloseTo(3 * now.ratio(margin, 0.01).orElseThrow(), withinPercentage(1e-9));
  }

  @Test
  void waitsForTheSlowestGuard() {
    assertThat(Planning.slowest(List.of(OptionalDouble.of(3), OptionalDouble.of(7)))).hasValue(7);
    assertThat(Planning.slowest(List.of(OptionalDouble.of(3), OptionalDouble.empty()))).isEmpty();
  }

  @Test
  void waitsForEverWithoutTraffic() {
    Planning.Leg waiting = new Planning.Leg(OptionalDouble.of(1), 0, 3);
    Planning.Leg done = new Planning.Leg(OptionalDouble.of(0), 0, 3);

    assertThat(Planning.minutes(List.of(waiting))).isEmpty();
    assertThat(Planning.minutes(List.of(done))).hasValue(3);
  }

  @Property(seed = "54", tries = 200)
  void plansNoFewerRequestsForMorePower(
      @ForAll @DoubleRange(min = 0.0001, max = 0.3) @Scale(4) double rate,
      @ForAll @DoubleRange(min = 0.01, max = 0.9) double share,
      @ForAll @DoubleRange(min = 1.2, max = 10) double ratio) {
    FirstPassage passage = FirstPassage.ofRatio(rate, share, ratio, 1.1, BARRIER);

    double half = passage.plan(0.5).orElseThrow();
    double most = passage.plan(0.9).orElseThrow();

    assertThat(most).isGreaterThanOrEqualTo(half);
    assertThat(passage.decidedWithin(half * 2)).isGreaterThanOrEqualTo(0.5);
  }

  @Property(seed = "56", tries = 20)
  void noticesSmallerEffectsInMoreRequests(
      @ForAll @DoubleRange(min = 0.01, max = 0.3) double rate,
      @ForAll @DoubleRange(min = 10_000, max = 1_000_000) double total) {
    double few = Planning.minRatio(rate, 0.1, 1.1, BARRIER, 0.8, total).orElseThrow();
    double many = Planning.minRatio(rate, 0.1, 1.1, BARRIER, 0.8, 2 * total).orElseThrow();

    assertThat(many).isLessThanOrEqualTo(few);
  }

  @Property(seed = "55", tries = 200)
  void needsNoMoreTheMoreIsWon(
      @ForAll @DoubleRange(min = -2, max = 3.5) double won,
      @ForAll @DoubleRange(min = 0, max = 2) double more) {
    Margin.Ratio margin = new Margin.Ratio(1.5, 0.001);

    double before = new StepForecast(0.25, 0.05, 0.5, won).ratio(margin, 0.005).orElseThrow();
    double after = new StepForecast(0.25, 0.05, 0.5, won + more).ratio(margin, 0.005).orElseThrow();

    assertThat(after).isLessThanOrEqualTo(before);
  }
}
