package dev.sluice.telemetry;

import dev.sluice.control.RolloutRecord;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.State;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Shows which part of its time a rollout has used, and since when it waits for a person: what a
/// person is to be told before, and not after, it is too late. Thread-safe.
final class RolloutTimes {
  private volatile List<Timed> active = List.of();

  /// An active rollout.
  ///
  /// @param term empty before its first step
  /// @param waiting empty while it goes on by itself
  private record Timed(String model, Optional<Given> term, Optional<Instant> waiting) {
    static Timed of(RolloutRecord record) {
      Rollout rollout = record.rollout();
      return new Timed(
          record.model(),
          rollout
              .term()
              .map(
                  term ->
                      new Given(term.since(), rollout.plan().terms().allowed(term.extension()))),
          since(rollout.state()));
    }

    private static Optional<Instant> since(State state) {
      return switch (state) {
        case State.Paused paused -> Optional.of(paused.at());
        case State.Completed done -> done.waiting() ? Optional.of(done.at()) : Optional.empty();
        case State.Draft draft -> Optional.empty();
        case State.Starting starting -> Optional.empty();
        case State.Running running -> Optional.empty();
        case State.Promoted promoted -> Optional.empty();
        case State.RolledBack rolledBack -> Optional.empty();
        case State.Failed failed -> Optional.empty();
      };
    }
  }

  /// Time for the proof.
  private record Given(Instant since, Duration allowed) {
    double used(Instant now) {
      return (double) Duration.between(since, now).toMillis() / allowed.toMillis();
    }
  }

  private RolloutTimes() {}

  /// Registers both.
  static RolloutTimes in(PrometheusRegistry registry, InstantSource clock) {
    var times = new RolloutTimes();
    GaugeWithCallback.builder()
        .name("sluice_rollout_time_used_ratio")
        .help("Part of the time for the proof that is over; above 1 it is late.")
        .labelNames("model")
        .callback(
            each -> {
              Instant now = clock.instant();
              times.active.forEach(
                  rollout ->
                      rollout
                          .term()
                          .ifPresent(given -> each.call(given.used(now), rollout.model())));
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_rollout_waiting_since_timestamp_seconds")
        .help("Since when an active rollout waits for a person; absent while it does not.")
        .labelNames("model")
        .callback(
            each ->
                times.active.forEach(
                    rollout ->
                        rollout
                            .waiting()
                            .ifPresent(
                                at -> each.call(at.toEpochMilli() / 1000.0, rollout.model()))))
        .register(registry);
    return times;
  }

  void seen(List<RolloutRecord> now) {
    active = now.stream().map(Timed::of).toList();
  }
}
