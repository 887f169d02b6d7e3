package dev.sluice.journal;

import dev.sluice.control.About;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.Results;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Settings;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Judgement;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Extension;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.Sight;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Stay;
import dev.sluice.rollout.Term;
import dev.sluice.rollout.Terms;
import dev.sluice.rollout.Trouble;
import dev.sluice.rollout.Troubles;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.Strategy;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Whatever can be kept, drawn at random: every state, guard, rule and event, and numbers that are
/// none.
record Records(Random random) {
  static Records of(long seed) {
    return new Records(new Random(seed));
  }

  RolloutRecord rollout() {
    Plan plan = plan();
    var rollout =
        new Rollout(
            new RolloutId("r-" + random.nextInt(1_000_000)),
            "digits",
            "A",
            "B",
            plan,
            state(plan),
            sight(plan),
            maybe(() -> new Term(moment(), moment(), any(Extension.values()))),
            new Troubles(some(() -> new Trouble(any(Trouble.Kind.values()), moment(), text()))),
            some(() -> new Note(any(Note.Kind.values()), moment(), cause())),
            random.nextLong(1, 1000));
    Results results = Results.NONE;
    Judge judge = plan.judge();
    Evidence evidence = judge.start();
    for (int i = 0; i < random.nextInt(4); i++) {
      var window = Tallies.window(random, i);
      evidence = judge.after(evidence, window);
      results =
          new Results(
              results.stable().plus(window.stable()),
              results.canary().plus(window.canary()),
              results.observed().plusSeconds(60));
    }
    return new RolloutRecord(about(), rollout, evidence, results);
  }

  Entry entry() {
    return new Entry(
        new RolloutId("r1"),
        "digits",
        random.nextLong(1000),
        moment(),
        event(),
        maybe(
            () ->
                new Change(
                    any(Change.Kind.values()),
                    "running",
                    "paused",
                    share(),
                    share(),
                    cause(),
                    text(),
                    maybe(() -> any(Note.Kind.values())))),
        "0123456789abcdef0123456789abcdef",
        maybe(() -> new Entry.Request(text(), text())));
  }

  Settings settings() {
    return new Settings(
        random.nextLong(1000),
        Map.of(
            "digits",
            new Settings.Standing(split(), split()),
            "m".repeat(128),
            new Settings.Standing(split(), split())));
  }

  Counters counters() {
    var window = Tallies.window(random);
    return new Counters(
        "process",
        moment(),
        moment(),
        moment(),
        share(),
        Map.of("A", window.stable(), "v".repeat(128), window.canary()));
  }

  private Event event() {
    return switch (random.nextInt(4)) {
      case 0 -> new Event.Created(rollout());
      case 1 -> new Event.Judged(List.of(Tallies.window(random, 0), Tallies.window(random, 1)));
      case 2 -> new Event.Commanded(command());
      default -> new Event.Reported(report());
    };
  }

  private Command command() {
    return switch (random.nextInt(7)) {
      case 0 -> new Command.Start("ann", text());
      case 1 -> new Command.Pause("ann", text());
      case 2 -> new Command.Resume("ann", text());
      case 3 -> new Command.Promote("ann", text());
      case 4 -> new Command.RollBack("ann", text());
      case 5 -> new Command.Stop("ann", text());
      default -> new Command.Delete("ann", text());
    };
  }

  private Report report() {
    return switch (random.nextInt(6)) {
      case 0 -> new Report.Loaded();
      case 1 -> new Report.LoadFailed(text());
      case 2 -> new Report.ActuatorRefused(text());
      case 3 -> new Report.ActuatorObeyed();
      case 4 -> new Report.EvidenceUnreadable(text());
      default -> new Report.EvidenceRead();
    };
  }

  private About about() {
    return new About(
        "a name",
        text() + "d".repeat(random.nextInt(3_000)),
        List.of("team:x", "y"),
        "ann",
        moment());
  }

  private Plan plan() {
    List<Guard> guards =
        List.of(
            guard("error_rate", new Rule.Ratio(events(), RatioRule.of(1.1, 1.5, 0.001))),
            guard("slow", new Rule.Maximum(events(), RateRule.of(0.2))),
            guard("latency_p95", new Rule.Quantile(QuantileRule.of(0.95, 0.1))),
            guard("mean", new Rule.Mean(values(), mean())));
    return new Plan(
        List.of(
            Plan.Step.percent(0),
            Plan.Step.percent(5).withMinTime(Duration.ofMinutes(random.nextInt(9))),
            Plan.Step.percent(50).withMinExposures(random.nextInt(9))),
        guards.subList(0, 1 + random.nextInt(4)),
        new Levels(0.01 + random.nextDouble() / 2, 0.05, 100, 1),
        any(Units.values()),
        Pacing.of(any(Pacing.Pace.values())),
        any(Plan.Promotion.values()),
        new Terms(
            Duration.ofSeconds(10 + random.nextInt(50)),
            random.nextInt(20),
            Duration.ofMillis(random.nextInt()),
            Duration.ofNanos(random.nextLong()),
            Duration.ZERO,
            any(Terms.OnTimeout.values()),
            random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong())),
        any(Plan.Mode.values()),
        any(Plan.AutomaticRollback.values()));
  }

  private Guard guard(String name, Rule rule) {
    return new Guard(
        name,
        rule,
        0.5 + random.nextDouble(),
        any(Guard.Role.values()),
        any(Guard.Action.values()));
  }

  private Events events() {
    return switch (random.nextInt(3)) {
      case 0 -> new Events.Errors();
      case 1 -> new Events.SlowerThan(220);
      default -> new Events.Loss("reward");
    };
  }

  private Values values() {
    return switch (random.nextInt(3)) {
      case 0 -> new Values.LatencySeconds();
      case 1 -> new Values.Errors();
      default -> new Values.Score("reward", any(Values.Better.values()));
    };
  }

  private MeanRule mean() {
    return new MeanRule(
        new Contrast(1, 0),
        new Contrast(1.1, random.nextDouble()),
        50,
        0.1,
        random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble() + 1));
  }

  private State state(Plan plan) {
    var stay =
        new Stay(random.nextInt(plan.steps().size()), moment(), random.nextInt(99), number());
    return switch (random.nextInt(8)) {
      case 0 -> new State.Draft();
      case 1 -> new State.Starting(moment());
      case 2 -> new State.Running(stay);
      case 3 -> new State.Paused(stay, moment(), cause());
      case 4 -> new State.Completed(stay, any(Verdict.values()), moment(), cause());
      case 5 -> new State.Promoted(moment(), cause());
      case 6 -> new State.RolledBack(moment(), cause());
      default -> new State.Failed(moment(), cause());
    };
  }

  private Sight sight(Plan plan) {
    List<Finding> findings =
        plan.guards().stream()
            .map(guard -> new Finding(guard, any(Verdict.values()), reading(), number(), number()))
            .toList();
    return new Sight(
        new Judgement(
            findings, any(SampleRatioState.Verdict.values()), any(Judgement.CanaryVoice.values())),
        random.nextInt(),
        number(),
        maybe(() -> Duration.ofNanos(random.nextLong())));
  }

  private Reading reading() {
    return new Reading(
        any(Verdict.values()),
        number(),
        number(),
        some(
            () ->
                new Reading.Step(
                    number(),
                    margin(),
                    number(),
                    number(),
                    any(Verdict.values()),
                    random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(7))));
  }

  private Margin margin() {
    return switch (random.nextInt(4)) {
      case 0 -> new Margin.Ratio(number(), number());
      case 1 -> new Margin.Tail(number());
      case 2 -> new Margin.Rate(number());
      default -> new Margin.Mean(number(), number());
    };
  }

  private Cause cause() {
    Cause.Actor actor =
        switch (random.nextInt(4)) {
          case 0 -> new Cause.Actor.Judge();
          case 1 -> new Cause.Actor.Clock();
          case 2 -> new Cause.Actor.Platform();
          default -> new Cause.Actor.Person(text());
        };
    return new Cause(actor, any(Cause.Code.values()), text());
  }

  private Split split() {
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    weights.put("A", 0.25 + random.nextDouble() / 2);
    weights.put("B", 0.2);
    Strategy strategy =
        switch (random.nextInt(4)) {
          case 0 -> new Strategy.WeightedRandom();
          case 1 -> new Strategy.Hash();
          case 2 -> new Strategy.Sticky();
          default -> new Strategy.RoundRobin();
        };
    weights.replace("B", 1 - weights.firstEntry().getValue());
    return Split.of(weights)
        .withAlsoLoaded(List.of("C"))
        .withCanaryTraffic(any(CanaryTraffic.values()))
        .withShadow(random.nextBoolean() ? new Shadow.Off() : new Shadow.Sample(share()))
        .withStrategy(strategy);
  }

  private Share share() {
    return Share.of(random.nextInt(10_001));
  }

  private double number() {
    return switch (random.nextInt(8)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> -0.0;
      case 4 -> Double.MIN_VALUE;
      default -> random.nextGaussian();
    };
  }

  private Instant moment() {
    return Instant.ofEpochSecond(1_700_000_000L + random.nextInt(), random.nextInt(1_000_000_000));
  }

  private String text() {
    return any("", "quotes \" and \\", "line\nline", "Grüße \uD83D\uDE00", "\u0000\u001f", "NaN");
  }

  @SafeVarargs
  private <T> T any(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> some(Supplier<T> value) {
    return Stream.generate(value).limit(random.nextInt(4)).toList();
  }
}
