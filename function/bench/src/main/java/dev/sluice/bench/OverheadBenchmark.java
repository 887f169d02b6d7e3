package dev.sluice.bench;

import dev.sluice.admission.Admission;
import dev.sluice.admission.Arrival;
import dev.sluice.admission.Caller;
import dev.sluice.admission.CallerRate;
import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.admission.Gate;
import dev.sluice.admission.GlobalRate;
import dev.sluice.admission.Quota;
import dev.sluice.admission.RatePolicy;
import dev.sluice.api.ApiListener;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Trace;
import dev.sluice.batching.BatchListener;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Version;
import dev.sluice.routing.Ask;
import dev.sluice.routing.Key;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Routed;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.routing.Turns;
import dev.sluice.routing.VariantOverride;
import dev.sluice.telemetry.Build;
import dev.sluice.telemetry.Meters;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// What Sluice adds to a request beside reading it and running the model.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OverheadBenchmark {
  private final Routes routes;
  private final Turns turns = new Turns();
  private final Ask ask =
      new Ask("digits", new Key.Named("u-4711"), new VariantOverride.None(), 42);
  private final Gate gate;
  private final ConcurrencyLimit limit =
      new ConcurrencyLimit(
          new ConcurrencyLimit.Bounds(2, Duration.ofSeconds(2), 4, 1024), Duration.ofMillis(1));
  private final Caller caller = new Caller.Network(0, 0x7f000001L);
  private final Meters meters =
      new Meters(new PrometheusRegistry(), Build.ofThisJar(), System::nanoTime);
  private final Version version = new Version("digits", "A", "0".repeat(64));
  private final Trace trace = new Trace("0123456789abcdef0123456789abcdef", Optional.empty());

  public OverheadBenchmark() {
    var weights = new LinkedHashMap<String, Double>();
    weights.put("A", 0.9);
    weights.put("B", 0.1);
    routes = Routes.of(Map.of("digits", Split.of(weights)), 1);
    long now = System.nanoTime();
    gate =
        new Gate(
            GlobalRate.of(new RatePolicy("global", 1e6, 1_000_000), now),
            CallerRate.of(new RatePolicy("caller", 1e6, 1_000_000), now));
  }

  @Benchmark
  public Routed assignment() {
    return routes.route(ask, turns);
  }

  @Benchmark
  public List<Quota> admission() {
    long now = System.nanoTime();
    Admission admission = gate.admit(new Arrival(caller, now + 2_000_000_000L), limit, now);
    if (admission instanceof Admission.Admitted(var permit)) {
      permit.close();
    }
    return gate.quotas(caller, now);
  }

  @Benchmark
  public void meters() {
    meters.assigned(version, Reason.STICKY);
    meters.ran(version, new BatchListener.Ran(1, 1, 1_000, 20_000));
    meters.ended(
        version, new Outcome("digits", "A", Outcome.Result.OK, Outcome.Counted.EXPOSURE, 50_000));
    meters.answered(new ApiListener.Answered(Endpoint.INFER, "POST", 200, trace, 90_000));
  }

  @Benchmark
  public void together(Blackhole hole) {
    hole.consume(admission());
    hole.consume(assignment());
    meters();
  }
}
