package dev.sluice.telemetry;

import dev.sluice.api.ApiListener;
import dev.sluice.api.Problem;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Version;
import dev.sluice.serving.ServingListener;
import dev.sluice.statistics.LatencyBuckets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Gathers what an invocation of the function brings, and tells CloudWatch at its end; everything
/// that is heard is passed on. The same calls that [Meters] counts, so that both say the same.
///
/// Each prediction counts twice: for the version of the model that answered, and for the version of
/// the *function*, which is what an alias splits traffic between. The counts of the latter are the
/// evidence of its rollouts: requests, errors, and one count in the bucket of each latency, as in
/// [dev.sluice.experiment.Page].
///
/// Thread-safe; a copy of a request may end later than the request.
final class EmbeddedInvocations extends Passing {
  private final EmbeddedMetrics lines;
  private final AtomicBoolean warm = new AtomicBoolean();
  private final ReentrantLock gathering = new ReentrantLock();
  // Guarded by gathering.
  private Gathered gathered = new Gathered();

  /// What was heard since the last line. Belongs to whoever has the lock, or took it away.
  private static final class Gathered {
    private final Map<Version, OfVersion> versions = new LinkedHashMap<>();
    private final Map<Integer, Long> buckets = new TreeMap<>();
    private long requests;
    private long errors;
    private long rateLimited;
    private long payloadRejected;

    OfVersion of(Version version) {
      return versions.computeIfAbsent(version, first -> new OfVersion());
    }
  }

  private static final class OfVersion {
    private final List<Double> latenciesMillis = new ArrayList<>();
    private long errors;
    private long shadowErrors;
  }

  EmbeddedInvocations(EmbeddedMetrics lines, ApiListener nextApi, ServingListener nextServing) {
    super(nextApi, nextServing);
    this.lines = lines;
  }

  /// Tells what was gathered; nothing where nobody predicted and nobody was refused.
  void flush() {
    Gathered taken;
    gathering.lock();
    try {
      taken = gathered;
      gathered = new Gathered();
    } finally {
      gathering.unlock();
    }
    List<Embedded> ofFunction = ofFunction(taken);
    if (!ofFunction.isEmpty()) {
      lines.write(lines.function(), Optional.of(lines.version()), ofFunction);
    }
    taken.versions.forEach(
        (version, its) ->
            lines.write(version.model(), Optional.of(version.name()), ofVersion(its)));
  }

  private List<Embedded> ofFunction(Gathered taken) {
    var metrics = new ArrayList<Embedded>();
    if (taken.requests > 0) {
      metrics.add(EmbeddedMetric.REQUESTS.of(taken.requests));
      metrics.add(EmbeddedMetric.ERRORS.of(taken.errors));
      metrics.add(EmbeddedMetric.COLD_STARTS.of(warm.getAndSet(true) ? 0 : 1));
      taken.buckets.forEach((bucket, count) -> metrics.add(Embedded.latency(bucket, count)));
    }
    if (taken.rateLimited > 0) {
      metrics.add(EmbeddedMetric.RATE_LIMITED.of(taken.rateLimited));
    }
    if (taken.payloadRejected > 0) {
      metrics.add(EmbeddedMetric.PAYLOAD_REJECTED.of(taken.payloadRejected));
    }
    return metrics;
  }

  private static List<Embedded> ofVersion(OfVersion its) {
    var metrics = new ArrayList<Embedded>();
    int requests = its.latenciesMillis.size();
    if (requests > 0) {
      metrics.add(EmbeddedMetric.REQUESTS.of(requests));
      metrics.add(EmbeddedMetric.ERRORS.of(its.errors));
      metrics.add(EmbeddedMetric.LATENCY.of(its.latenciesMillis));
    }
    if (its.shadowErrors > 0) {
      metrics.add(EmbeddedMetric.SHADOW_ERRORS.of(its.shadowErrors));
    }
    return metrics;
  }

  private void gather(Consumer<Gathered> more) {
    gathering.lock();
    try {
      more.accept(gathered);
    } finally {
      gathering.unlock();
    }
  }

  private boolean full(Version version) {
    gathering.lock();
    try {
      OfVersion its = gathered.versions.get(version);
      return its != null && its.latenciesMillis.size() == Embedded.MOST_VALUES;
    } finally {
      gathering.unlock();
    }
  }

  @Override
  public void ended(Version version, Outcome outcome) {
    super.ended(version, outcome);
    if (full(version)) {
      flush();
    }
    boolean failed =
        switch (outcome.result()) {
          case OK -> false;
          case ERROR, TIMEOUT -> true;
        };
    int bucket =
        switch (outcome.result()) {
          case OK, ERROR -> LatencyBuckets.ofMicros(outcome.latencyNanos() / 1e3);
          case TIMEOUT -> LatencyBuckets.OVERFLOW;
        };
    gather(
        all -> {
          all.requests++;
          all.buckets.merge(bucket, 1L, Long::sum);
          OfVersion its = all.of(version);
          its.latenciesMillis.add(outcome.latencyNanos() / 1e6);
          if (failed) {
            all.errors++;
            its.errors++;
          }
        });
  }

  @Override
  public void shadowed(Version version, ShadowResult result) {
    super.shadowed(version, result);
    switch (result) {
      case ShadowResult.Failed failed -> gather(all -> all.of(version).shadowErrors++);
      case ShadowResult.Compared compared -> {}
      case ShadowResult.Incomparable incomparable -> {}
      case ShadowResult.Dropped dropped -> {}
    }
  }

  @Override
  public void refused(Problem problem) {
    super.refused(problem);
    Rejection.of(problem)
        .ifPresent(
            rejection -> {
              switch (rejection) {
                case RATE_LIMIT -> gather(all -> all.rateLimited++);
                case PAYLOAD_TOO_LARGE -> gather(all -> all.payloadRejected++);
                case BAD_INPUT, UNAUTHORIZED, OVERLOAD, DEADLINE -> {}
              }
            });
  }
}
