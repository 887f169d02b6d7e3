package dev.sluice.telemetry;

import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener.ShadowResult;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;

/// The series of one version, looked up once. All counters are there from the start at 0, so that
/// the first increase is seen as one. Thread-safe.
final class VersionMeters {
  private final Version version;
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder comparedRows = new LongAdder();
  private final LongAdder differingRows = new LongAdder();
  private final CounterDataPoint ok;
  private final CounterDataPoint error;
  private final CounterDataPoint timeout;
  private final CounterDataPoint rejected;
  private final CounterDataPoint byWeight;
  private final CounterDataPoint bySticky;
  private final CounterDataPoint byHeader;
  private final CounterDataPoint byFallback;
  private final CounterDataPoint shadowSuccess;
  private final CounterDataPoint shadowError;
  private final CounterDataPoint shadowDropped;
  private final CounterDataPoint shadowDisagree;
  private final FeedbackMeters feedback;
  private final DistributionDataPoint latency;
  private final DistributionDataPoint inference;
  private final DistributionDataPoint queueWait;
  private final DistributionDataPoint batchSize;
  private final DistributionDataPoint shadowDistance;

  VersionMeters(Version version, Families families) {
    String model = version.model();
    String name = version.name();
    this.version = version;
    this.ok = families.predictions().labelValues(model, name, "ok");
    this.error = families.predictions().labelValues(model, name, "error");
    this.timeout = families.predictions().labelValues(model, name, "timeout");
    this.rejected = families.predictions().labelValues(model, name, "rejected");
    this.byWeight = families.assignments().labelValues(model, name, Reason.WEIGHT.label());
    this.bySticky = families.assignments().labelValues(model, name, Reason.STICKY.label());
    this.byHeader = families.assignments().labelValues(model, name, Reason.HEADER.label());
    this.byFallback = families.assignments().labelValues(model, name, Reason.FALLBACK.label());
    this.shadowSuccess = families.shadows().labelValues(model, name, "success");
    this.shadowError = families.shadows().labelValues(model, name, "error");
    this.shadowDropped = families.shadows().labelValues(model, name, "dropped");
    this.shadowDisagree = families.shadows().labelValues(model, name, "disagree");
    this.feedback = FeedbackMeters.in(families.feedback(), model, name);
    this.latency = families.latency().labelValues(model, name);
    this.inference = families.inference().labelValues(model, name);
    this.queueWait = families.queueWait().labelValues(model);
    this.batchSize = families.batchSize().labelValues(model, name);
    this.shadowDistance = families.shadowDistance().labelValues(model, name);
  }

  Version version() {
    return version;
  }

  FeedbackMeters feedback() {
    return feedback;
  }

  void assigned(Reason reason) {
    inFlight.increment();
    switch (reason) {
      case WEIGHT -> byWeight.inc();
      case STICKY -> bySticky.inc();
      case HEADER -> byHeader.inc();
      case FALLBACK -> byFallback.inc();
    }
  }

  void ended(Outcome outcome) {
    switch (outcome.result()) {
      case OK -> ok.inc();
      case ERROR -> error.inc();
      case TIMEOUT -> timeout.inc();
    }
    latency.observe(outcome.latencyNanos() / 1e9);
  }

  void turnedAway() {
    rejected.inc();
  }

  void left() {
    inFlight.decrement();
  }

  void ran(Ran run) {
    inference.observe(run.runNanos() / 1e9);
    queueWait.observe(run.queueNanos() / 1e9);
    batchSize.observe(run.rows());
  }

  void shadowed(ShadowResult result) {
    switch (result) {
      case ShadowResult.Compared(int agreed, int rows, double distance) -> {
        (agreed == rows ? shadowSuccess : shadowDisagree).inc();
        shadowDistance.observe(distance);
        comparedRows.add(rows);
        differingRows.add(rows - agreed);
      }
      case ShadowResult.Incomparable incomparable -> shadowSuccess.inc();
      case ShadowResult.Failed failed -> shadowError.inc();
      case ShadowResult.Dropped dropped -> shadowDropped.inc();
    }
  }

  long inFlight() {
    return inFlight.sum();
  }

  /// The part of the compared rows whose most probable class differed; nothing before the first.
  OptionalDouble divergence() {
    long compared = comparedRows.sum();
    return compared == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) differingRows.sum() / compared);
  }
}
