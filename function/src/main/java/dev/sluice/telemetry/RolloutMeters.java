package dev.sluice.telemetry;

import dev.sluice.control.Change;
import dev.sluice.control.ControlListener;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.Phase;
import dev.sluice.telemetry.EvidenceShown.Effect;
import dev.sluice.telemetry.EvidenceShown.Side;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows rollouts as metrics, and writes a log line for each change of one. Thread-safe.
///
/// What a rollout is in and what its evidence says is read off what every process sees in each
/// tick, so that all of them show the same, whoever judges; when it is over its evidence goes and
/// its state stays. Transitions are counted by the process that wrote them, so that a sum over
/// processes counts each once.
public final class RolloutMeters implements ControlListener {
  private static final Logger LOG = LoggerFactory.getLogger(RolloutMeters.class);

  private final InstantSource clock;
  private final Counter transitions;
  private final Counter errors;
  private final RolloutTimes times;
  private final Map<String, Phase> phases = new ConcurrentHashMap<>();
  private final Map<String, Shown> shown = new ConcurrentHashMap<>();
  private final Map<String, Instant> judged = new ConcurrentHashMap<>();
  private final Map<Transition, Instant> latest = new ConcurrentHashMap<>();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final Map<String, String> refused = new ConcurrentHashMap<>();
  private final AtomicReference<Reach> store = new AtomicReference<>(Reach.UNHEARD);

  /// What was last heard of the store.
  private enum Reach {
    UNHEARD,
    UP,
    AWAY
  }

  /// The labels of a transition.
  private record Transition(String model, Phase to, TransitionReason reason) {
    static Optional<Transition> of(Entry entry) {
      return entry
          .change()
          .filter(change -> change.kind() == Change.Kind.MOVED)
          .flatMap(
              change ->
                  Phase.of(change.to())
                      .flatMap(
                          to ->
                              TransitionReason.of(change.cause().code())
                                  .map(reason -> new Transition(entry.model(), to, reason))));
    }
  }

  /// What is shown of a rollout, and which record it was made of: making it takes a while, and
  /// most ticks bring nothing new.
  private record Shown(String rollout, long revision, EvidenceShown evidence) {
    boolean isOf(RolloutRecord record) {
      return rollout.equals(record.id().value()) && revision == record.revision();
    }
  }

  private RolloutMeters(
      InstantSource clock, Counter transitions, Counter errors, RolloutTimes times) {
    this.clock = clock;
    this.transitions = transitions;
    this.errors = errors;
    this.times = times;
  }

  /// Registers everything.
  public static RolloutMeters in(PrometheusRegistry registry, InstantSource clock) {
    Counter transitions =
        Counter.builder()
            .name("sluice_rollout_transitions")
            .help("Moves of rollouts from state to state or step to step, by their writer.")
            .labelNames("model", "to", "reason")
            .withoutExemplars()
            .register(registry);
    Counter errors =
        Counter.builder()
            .name("sluice_judge_errors")
            .help("Ticks that broke for a rollout.")
            .labelNames("model")
            .withoutExemplars()
            .register(registry);
    var meters = new RolloutMeters(clock, transitions, errors, RolloutTimes.in(registry, clock));
    meters.states(registry);
    meters.evidence(registry);
    meters.effects(registry);
    meters.health(registry);
    return meters;
  }

  private void states(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("sluice_rollout_state")
        .help("1 for the state of a model's last rollout, 0 for the others.")
        .labelNames("model", "state")
        .callback(
            each ->
                phases.forEach(
                    (model, present) -> {
                      for (Phase phase : Phase.values()) {
                        each.call(phase == present ? 1 : 0, model, phase.word());
                      }
                    }))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_rollout_last_transition_timestamp_seconds")
        .help("When a rollout last moved there for this reason.")
        .labelNames("model", "to", "reason")
        .callback(
            each ->
                latest.forEach(
                    (it, at) ->
                        each.call(seconds(at), it.model(), it.to().word(), it.reason().label())))
        .register(registry);
  }

  private void evidence(PrometheusRegistry registry) {
    sides(
        registry,
        "sluice_evidence_log10",
        "Odds against no harm, against a canary that is worse, or against a split as configured.",
        Side::evidence);
    sides(registry, "sluice_evidence_threshold_log10", "Odds that prove it.", Side::threshold);
  }

  private void sides(
      PrometheusRegistry registry, String name, String help, Function<Side, Double> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("model", "metric", "side")
        .callback(
            each ->
                shown.forEach(
                    (model, it) ->
                        it.evidence()
                            .sides()
                            .forEach(
                                side ->
                                    each.call(
                                        value.apply(side), model, side.metric(), side.side()))))
        .register(registry);
  }

  private void effects(PrometheusRegistry registry) {
    effect(
        registry,
        "sluice_effect_estimate",
        "Canary against stable as the guard compares them: a ratio, a rate or a difference.",
        Effect::estimate);
    effect(
        registry,
        "sluice_effect_lower",
        "Lower end of what the evidence does not contradict.",
        Effect::lower);
    effect(
        registry,
        "sluice_effect_upper",
        "Upper end of what the evidence does not contradict.",
        Effect::upper);
    effect(
        registry,
        "sluice_effect_margin",
        "What the effect has to stay below for the next share.",
        Effect::margin);
  }

  private void effect(
      PrometheusRegistry registry,
      String name,
      String help,
      Function<Effect, OptionalDouble> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("model", "metric")
        .callback(
            each ->
                shown.forEach(
                    (model, it) ->
                        it.evidence()
                            .effects()
                            .forEach(
                                effect ->
                                    value
                                        .apply(effect)
                                        .ifPresent(
                                            known -> each.call(known, model, effect.metric())))))
        .register(registry);
  }

  private void health(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("sluice_judge_last_run_timestamp_seconds")
        .help("When this process last judged the rollout of a model.")
        .labelNames("model")
        .callback(each -> judged.forEach((model, at) -> each.call(seconds(at), model)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_store_up")
        .help("1 while the store answers, 0 while it does not.")
        .callback(
            each -> {
              switch (store.get()) {
                case UNHEARD -> {}
                case UP -> each.call(1);
                case AWAY -> each.call(0);
              }
            })
        .register(registry);
  }

  @Override
  public void seen(List<RolloutRecord> active) {
    for (RolloutRecord record : active) {
      String model = record.model();
      known(model);
      phases.put(model, record.rollout().state().phase());
      shown.compute(
          model,
          (same, before) ->
              before != null && before.isOf(record)
                  ? before
                  : new Shown(record.id().value(), record.revision(), EvidenceShown.of(record)));
    }
    Set<String> models =
        active.stream().map(RolloutRecord::model).collect(Collectors.toUnmodifiableSet());
    shown.keySet().retainAll(models);
    judged.keySet().retainAll(models);
    times.seen(active);
  }

  /// What is to alert on its first increase has to be there before it.
  private void known(String model) {
    if (phases.containsKey(model)) {
      return;
    }
    errors.labelValues(model);
    for (TransitionReason reason : TransitionReason.values()) {
      ends(reason).forEach(to -> transitions.labelValues(model, to.word(), reason.label()));
    }
  }

  /// Where a rollout ends, or waits for a person, for this reason.
  private static Set<Phase> ends(TransitionReason reason) {
    return switch (reason) {
      case PERSON -> Set.of(Phase.PROMOTED, Phase.ROLLED_BACK, Phase.COMPLETED, Phase.PAUSED);
      case LOADED, TIME, SUSPICION -> Set.of();
      case LOAD_FAILED, SPLIT_MISMATCH, NO_EVIDENCE, ACTUATOR_REFUSES -> Set.of(Phase.FAILED);
      case PROVEN_SAFE -> Set.of(Phase.PROMOTED, Phase.COMPLETED);
      case HARMFUL -> Set.of(Phase.ROLLED_BACK, Phase.PAUSED);
      case NOT_PROVEN -> Set.of(Phase.ROLLED_BACK, Phase.PAUSED, Phase.COMPLETED);
      case UNPROVEN -> Set.of(Phase.PROMOTED);
    };
  }

  @Override
  public void entered(Entry.Logged logged) {
    Entry entry = logged.entry();
    Transition.of(entry)
        .ifPresent(
            transition -> {
              known(entry.model());
              phases.put(entry.model(), transition.to());
              latest.put(transition, entry.at());
            });
    entry.change().ifPresent(change -> log(logged, change));
  }

  private static void log(Entry.Logged logged, Change change) {
    LOG.atInfo()
        .addKeyValue("sequence", logged.sequence())
        .addKeyValue("model", logged.entry().model())
        .addKeyValue("rollout", logged.entry().rollout().value())
        .addKeyValue("revision", logged.entry().revision())
        .addKeyValue("from", change.from())
        .addKeyValue("to", change.to())
        .addKeyValue("share", change.toShare().percent())
        .addKeyValue("actor", change.cause().actor().word())
        .addKeyValue("code", change.cause().code().word())
        .addKeyValue("reason", change.cause().text())
        .addKeyValue("sentence", change.sentence())
        .log(
            switch (change.kind()) {
              case MOVED -> "rollout moved";
              case NOTED -> change.said().map(RolloutMeters::said).orElse("rollout noted");
            });
  }

  private static String said(Enum<?> note) {
    return "rollout noted: " + note.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public void wrote(Entry entry) {
    Transition.of(entry)
        .ifPresent(
            it -> transitions.labelValues(it.model(), it.to().word(), it.reason().label()).inc());
  }

  @Override
  public void judged(RolloutRecord record) {
    broken.remove(record.model());
    judged.put(record.model(), clock.instant());
  }

  @Override
  public void broke(String model, Throwable cause) {
    errors.labelValues(model).inc();
    // A tick comes every few seconds, and brings the same.
    if (broken.add(model)) {
      LOG.atError().addKeyValue("model", model).setCause(cause).log("rollout cannot be judged");
    }
  }

  @Override
  public void refused(String model, String why) {
    if (!why.equals(refused.put(model, why))) {
      LOG.atWarn()
          .addKeyValue("model", model)
          .addKeyValue("why", why)
          .log("traffic outside cannot be read or moved");
    }
  }

  @Override
  public void storeAway(StoreUnavailable cause) {
    if (store.getAndSet(Reach.AWAY) != Reach.AWAY) {
      LOG.atWarn().setCause(cause).log("store is away: traffic stays as it is, nothing widens");
    }
  }

  @Override
  public void storeBack() {
    if (store.getAndSet(Reach.UP) == Reach.AWAY) {
      LOG.atInfo().log("store is back");
    }
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }
}
