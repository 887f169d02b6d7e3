package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Terms;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// Plans as people write them, and as they are shown.
class PlanBodyTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Guard SUCCESS =
      Guard.of(
          "reward",
          new Rule.Mean(
              new Values.Score("reward", Values.Better.MORE), MeanRule.of(new Contrast(1, -0.01))));

  private record Read(Plan plan, List<Problems.Fault> faults) {
    List<String> pointers() {
      return faults.stream().map(Problems.Fault::pointer).toList();
    }
  }

  private static Read read(String json) throws JsonProcessingException {
    var faults = new ArrayList<Problems.Fault>();
    Members body = Members.of(JSON.readTree(json.replace('\'', '"')), faults);
    Plan plan = PlanBody.read(body, MINUTE);
    body.nothingElse();
    return new Read(plan, faults);
  }

  private static Plan plan(String json) throws JsonProcessingException {
    Read read = read(json);
    assertThat(read.faults()).isEmpty();
    return read.plan();
  }

  @Test
  void isThePresetCanaryWhereNothingIsSaid() throws Exception {
    assertThat(plan("{}")).isEqualTo(Presets.canary());
  }

  @Test
  void knowsEveryPreset() throws Exception {
    assertThat(plan("{'preset': 'cautious'}")).isEqualTo(Presets.cautious());
    assertThat(plan("{'preset': 'fast'}")).isEqualTo(Presets.fast());
    assertThat(plan("{'preset': 'latency-check'}")).isEqualTo(Presets.latencyCheck());
    assertThat(plan("{'preset': 'error-ceiling'}")).isEqualTo(Presets.errorCeiling());
    assertThat(plan("{'preset': 'thresholds', 'latency_p99_ms': 250}"))
        .isEqualTo(Presets.thresholds(Duration.ofMillis(250)));
    assertThat(
            plan(
                """
                {'preset': 'ab-test', 'success':
                  {'metric': 'score', 'name': 'reward', 'score': 'reward',
                   'kind': 'improvement', 'minimum_effect': 0.01}}"""))
        .isEqualTo(Presets.abTest(SUCCESS));
  }

  @Test
  void changesOnlyWhatIsSaid() throws Exception {
    Plan plan =
        plan(
            """
            {'preset': 'cautious', 'steps': [10, {'share': 40, 'min_minutes': 0.5,
             'min_exposures': 100}, 100], 'promotion': 'auto', 'deadline_minutes': 90}""");

    assertThat(plan)
        .isEqualTo(
            Presets.cautious()
                .withSteps(
                    List.of(
                        Plan.Step.percent(10),
                        Plan.Step.percent(40)
                            .withMinTime(Duration.ofSeconds(30))
                            .withMinExposures(100)))
                .withPromotion(Plan.Promotion.AUTO)
                .withTerms(
                    Terms.DEFAULT.withDeadline(
                        Duration.ofMinutes(90), Terms.DEFAULT.maxExtension())));
  }

  @Test
  void takesTheUsualMinimumsOfAnotherPace() throws Exception {
    assertThat(plan("{'pace': 'time'}").pacing()).isEqualTo(Pacing.of(Pacing.Pace.TIME));
    assertThat(plan("{'pace': 'time', 'min_windows_total': 3}").pacing())
        .isEqualTo(Pacing.of(Pacing.Pace.TIME).withMinWindows(5, 3));
  }

  @Test
  void endsATestAtItsSampleSize() throws Exception {
    Terms terms = plan("{'target_sample_size': 5000}").terms();

    assertThat(terms.sampleSize()).hasValue(5000);
    assertThat(terms.onTimeout()).isEqualTo(Terms.OnTimeout.COMPLETE);
    assertThat(read("{'target_sample_size': 5000, 'on_timeout': 'wait'}").pointers())
        .containsExactly("/on_timeout");
  }

  @Test
  void makesStepsOfARamp() throws Exception {
    Plan plan = plan("{'ramp': {'count': 5, 'maximum': 50, 'minutes': 60}}");

    assertThat(plan.steps())
        .extracting(step -> step.share().percent())
        .containsExactly(10.0, 20.0, 30.0, 40.0, 50.0);
    assertThat(plan.steps()).extracting(Plan.Step::minTime).containsOnly(Duration.ofMinutes(12));
  }

  @Test
  void readsGuardsInEveryWayThatPeopleMeanThem() throws Exception {
    assertThat(guard("'metric': 'error_rate', 'kind': 'percentage', 'tolerance': 0.5"))
        .isEqualTo(new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001)));
    assertThat(guard("'metric': 'error_rate', 'kind': 'difference', 'tolerance': 0.01"))
        .isEqualTo(new Rule.Mean(new Values.Errors(), MeanRule.of(Contrast.absolute(0.01))));
    assertThat(guard("'metric': 'success_rate', 'kind': 'minimum', 'bound': 0.99"))
        .isEqualTo(new Rule.Maximum(new Events.Errors(), RateRule.of(0.01)));
    assertThat(guard("'metric': 'latency_p99.9', 'kind': 'percentage', 'tolerance': 0.1"))
        .isEqualTo(new Rule.Quantile(QuantileRule.of(0.999, 0.1)));
    assertThat(guard("'metric': 'latency_p99', 'kind': 'maximum', 'limit_ms': 250"))
        .isEqualTo(
            new Rule.Maximum(
                new Events.SlowerThan(LatencyBuckets.ofMicros(250_000)), RateRule.of(0.01)));
    assertThat(guard("'metric': 'latency_mean', 'kind': 'maximum', 'bound': 300"))
        .isEqualTo(new Rule.Mean(new Values.LatencySeconds(), MeanRule.bound(0.3)));
    assertThat(guard("'metric': 'score', 'score': 'reward', 'kind': 'minimum', 'bound': 0.8"))
        .isEqualTo(
            new Rule.Mean(new Values.Score("reward", Values.Better.MORE), MeanRule.bound(-0.8)));
  }

  private static Rule guard(String members) throws JsonProcessingException {
    return plan("{'guards': [{" + members + "}]}").guards().getFirst().rule();
  }

  @Test
  void tellsEveryFaultAtOnceAndWhereItIs() throws Exception {
    Read read =
        read(
            """
            {'preset': 'canary', 'steps': [10, 5, 101, 'x'], 'pase': 'proof', 'mode': 'watch',
             'deadline_minutes': 0, 'patience': 1.5,
             'guards': [
               {'metric': 'error_rate', 'kind': 'ratio', 'harm': 2, 'safe': 1.5},
               {'metric': 'eror_rate', 'kind': 'ratio', 'safe': 1.5},
               {'metric': 'latency_p95', 'kind': 'ratio'},
               {'metric': 'score', 'kind': 'minimum', 'bound': 0.5},
               7]}""");

    assertThat(read.pointers())
        .containsExactlyInAnyOrder(
            "/steps/1",
            "/steps/2",
            "/steps/3",
            "/pase",
            "/mode",
            "/deadline_minutes",
            "/patience",
            "/guards/0/harm",
            "/guards/1/metric",
            "/guards/2/kind",
            "/guards/3/score",
            "/guards/4");
  }

  @Test
  void refusesWhatCannotWork() throws Exception {
    assertThat(read("{'steps': [0]}").pointers()).containsExactly("/steps");
    // Rounded they would be no share, or all.
    assertThat(read("{'steps': [0.004, 50]}").pointers()).contains("/steps/0");
    assertThat(read("{'steps': [1, 99.999]}").pointers()).contains("/steps/1");
    assertThat(read("{'steps': [{'share': 1e-9}, 5]}").pointers()).contains("/steps/0/share");
    assertThat(read("{'steps': [0.01, 99.99]}").pointers()).isEmpty();
    assertThat(read("{'guards': []}").pointers()).containsExactly("/guards");
    assertThat(read("{'preset': 'swift'}").pointers()).containsExactly("/preset");
    assertThat(read("{'preset': 'thresholds'}").pointers()).containsExactly("/latency_p99_ms");
    assertThat(read("{'preset': 'ab-test'}").pointers()).containsExactly("/success");
    assertThat(read("{'steps': [1], 'ramp': {'count': 1, 'maximum': 5}}").pointers())
        .containsExactly("/ramp");
    assertThat(read("{'ramp': {'count': 50, 'maximum': 0.1}}").pointers())
        .containsExactly("/ramp/count");
    assertThat(
            read("{'guards': [{'metric':'error_rate','kind':'maximum','bound':0.1},"
                    + "{'metric':'error_rate','kind':'maximum','bound':0.2}]}")
                .pointers())
        .contains("/guards/1");
    assertThat(
            read("{'guards': [{'metric':'latency_p99.99','kind':'percentage','tolerance':0.1}]}")
                .pointers())
        .containsExactly("/guards");
  }

  @Test
  void hasLimitsOfItsOwn() throws Exception {
    String steps =
        String.join(",", IntStream.rangeClosed(1, 101).mapToObj(i -> i / 2.0 + "").toList());
    String guards =
        String.join(
            ",",
            IntStream.rangeClosed(1, 17)
                .mapToObj(
                    i ->
                        "{'name':'g%d','metric':'error_rate','kind':'maximum','bound':0.1}"
                            .formatted(i))
                .toList());

    assertThat(read("{'steps': [" + steps + "]}").pointers()).containsExactly("/steps");
    assertThat(read("{'guards': [" + guards + "]}").pointers()).containsExactly("/guards");
  }

  @Test
  void showsEveryPresetSoThatItReadsBackAsItself() throws Exception {
    for (Plan plan :
        List.of(
            Presets.canary(),
            Presets.cautious(),
            Presets.fast(),
            Presets.abTest(SUCCESS),
            Presets.latencyCheck(),
            Presets.errorCeiling(),
            Presets.thresholds(Duration.ofMillis(250)))) {
      assertThat(plan(PlanBody.write(plan).toString())).isEqualTo(plan);
    }
  }

  @Test
  void showsEveryLimitOfLatencySoThatItReadsBackAsItself() throws Exception {
    for (int bucket = 0; bucket < LatencyBuckets.OVERFLOW; bucket++) {
      Guard guard =
          Guard.of("slow", new Rule.Maximum(new Events.SlowerThan(bucket), RateRule.of(0.01)));
      Plan plan = Presets.canary().withGuards(List.of(guard));

      assertThat(plan(PlanBody.write(plan).toString())).isEqualTo(plan);
    }
  }

  @Property(tries = 500)
  void showsAnyPlanSoThatItReadsBackAsItself(@ForAll("plans") Plan plan) throws Exception {
    var faults = new ArrayList<Problems.Fault>();
    ObjectNode shown = (ObjectNode) JSON.readTree(PlanBody.write(plan).toString());
    Members body = Members.of(shown, faults);

    Plan again = PlanBody.read(body, Duration.ofSeconds(20));
    body.nothingElse();

    assertThat(again).isEqualTo(plan);
    // What the plan itself has to say is said again, and nothing else.
    assertThat(faults.isEmpty()).isEqualTo(plan.faults().isEmpty());
  }

  @Provide
  Arbitrary<Plan> plans() {
    Arbitrary<Plan> shaped =
        Combinators.combine(
                steps(),
                rules().list().ofMinSize(1).ofMaxSize(4),
                Arbitraries.of(Guard.Action.values()),
                Arbitraries.of(Guard.Role.values()),
                tenths(1, 50))
            .as(
                (steps, rules, action, role, weight) ->
                    Plan.of(
                        steps,
                        IntStream.range(0, rules.size())
                            .mapToObj(
                                i ->
                                    Guard.of("g" + i, rules.get(i))
                                        .withAction(action)
                                        .withRole(role)
                                        .withWeight(weight))
                            .toList()));
    return Combinators.combine(shaped, terms(), pacing(), levels(), Arbitraries.of(Units.values()))
        .as(
            (plan, terms, pacing, levels, units) ->
                plan.withTerms(terms).withPacing(pacing).withLevels(levels).withUnits(units))
        .flatMap(
            plan ->
                Combinators.combine(
                        Arbitraries.of(Plan.Mode.values()),
                        Arbitraries.of(Plan.Promotion.values()),
                        Arbitraries.of(Plan.AutomaticRollback.values()))
                    .as(
                        (mode, promotion, rollback) ->
                            plan.withMode(mode)
                                .withPromotion(promotion)
                                .withAutomaticRollback(rollback)));
  }

  private static Arbitrary<List<Plan.Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9_999).set().ofMinSize(2).ofMaxSize(6),
            Arbitraries.longs().between(0, 7_200_000))
        .as(
            (points, millis) ->
                points.stream()
                    .sorted()
                    .map(
                        point ->
                            new Plan.Step(
                                Share.of(point),
                                Duration.ofMillis(millis),
                                point == 0 ? 0 : millis))
                    .toList());
  }

  private static Arbitrary<Double> tenths(int least, int most) {
    return Arbitraries.integers().between(least, most).map(value -> value / 10.0);
  }

  private static Arbitrary<Double> thousandths(int least, int most) {
    return Arbitraries.integers().between(least, most).map(value -> value / 1000.0);
  }

  private static Arbitrary<Rule> rules() {
    Arbitrary<Events> events =
        Arbitraries.oneOf(
            Arbitraries.just(new Events.Errors()),
            Arbitraries.integers().between(0, 416).map(Events.SlowerThan::new),
            Arbitraries.just(new Events.Loss("reward")));
    Arbitrary<Values> values =
        Arbitraries.of(
            new Values.LatencySeconds(),
            new Values.Errors(),
            new Values.Score("reward", Values.Better.MORE),
            new Values.Score("cost", Values.Better.LESS));
    Arbitrary<Rule> ratio =
        Combinators.combine(events, thousandths(0, 1000), thousandths(1, 3000), thousandths(0, 500))
            .as(
                (what, gap, safe, floor) ->
                    new Rule.Ratio(
                        what, RatioRule.of(safe < 1 ? 1 + gap : safe - gap / 2, safe, floor)));
    Arbitrary<Rule> maximum =
        Combinators.combine(events, thousandths(1, 999))
            .as((what, bound) -> new Rule.Maximum(what, RateRule.of(bound)));
    Arbitrary<Rule> quantile =
        Combinators.combine(thousandths(1, 999), thousandths(0, 2000))
            .as((part, tolerance) -> new Rule.Quantile(QuantileRule.of(part, tolerance)));
    Arbitrary<Rule> mean =
        Combinators.combine(values, means()).as((what, rule) -> new Rule.Mean(what, rule));
    return Arbitraries.oneOf(ratio, maximum, quantile, mean);
  }

  private static Arbitrary<MeanRule> means() {
    return Arbitraries.oneOf(
        thousandths(0, 2000).map(part -> MeanRule.of(Contrast.relative(part))),
        thousandths(-2000, 2000).map(more -> MeanRule.of(Contrast.absolute(more))),
        thousandths(-2000, 2000).map(MeanRule::bound),
        Combinators.combine(thousandths(1, 3000), thousandths(0, 999), tenths(50, 900))
            .as(
                (factor, offset, block) ->
                    MeanRule.of(new Contrast(factor, offset))
                        .withHarm(new Contrast(factor, offset / 2))
                        .withBlocks(block, 0.2)
                        .withSd(0.3)));
  }

  private static Arbitrary<Terms> terms() {
    Arbitrary<Duration> times = Arbitraries.longs().between(1, 100_000_000).map(Duration::ofMillis);
    return Combinators.combine(
            Arbitraries.integers().between(10, 60),
            Arbitraries.integers().between(1, 50),
            times,
            times,
            Arbitraries.of(Terms.OnTimeout.values()),
            Arbitraries.longs().between(1, 1_000_000).optional())
        .as(
            (window, patience, deadline, extension, ending, size) ->
                new Terms(
                    Duration.ofSeconds(window),
                    patience,
                    extension,
                    deadline,
                    extension,
                    ending,
                    size.map(OptionalLong::of).orElseGet(OptionalLong::empty)));
  }

  private static Arbitrary<Pacing> pacing() {
    return Combinators.combine(
            Arbitraries.of(Pacing.Pace.values()),
            Arbitraries.longs().between(0, 50),
            Arbitraries.longs().between(0, 50),
            tenths(0, 5_000))
        .as(Pacing::new);
  }

  private static Arbitrary<Levels> levels() {
    return Combinators.combine(
            thousandths(1, 500),
            thousandths(1, 500),
            tenths(0, 5_000),
            Arbitraries.longs().between(0, 9))
        .as(Levels::new);
  }
}
