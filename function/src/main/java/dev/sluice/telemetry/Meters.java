package dev.sluice.telemetry;

import dev.sluice.api.ApiListener;
import dev.sluice.api.MetricsPage;
import dev.sluice.api.Problem;
import dev.sluice.api.Trace;
import dev.sluice.batching.BatchListener;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what happens. Thread-safe.
public final class Meters implements ApiListener, ServingListener, BatchListener, MetricsPage {
  private static final Logger LOG = LoggerFactory.getLogger("sluice");

  private final PrometheusMeterRegistry registry;
  private final Map<Version, Timer> inference = new ConcurrentHashMap<>();

  public Meters(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void answered(Answered request) {
    registry.counter("sluice.http.requests", "endpoint", request.endpoint().name()).increment();
  }

  @Override
  public void refused(Problem problem) {
    registry.counter("sluice.rejections", "reason", problem.slug()).increment();
  }

  @Override
  public void cookieIgnored(String cause) {
    registry.counter("sluice.cookies.ignored", "cause", cause).increment();
  }

  @Override
  public void broken(Trace trace, Throwable cause) {
    LOG.atError().addKeyValue("trace_id", trace.id()).setCause(cause).log("request broke");
  }

  @Override
  public void assigned(Version version, Reason reason) {}

  @Override
  public void ended(Outcome outcome) {}

  @Override
  public void failed(Version version, ModelError error) {
    LOG.atWarn().addKeyValue("version", version).setCause(error).log("model gave no answer");
  }

  @Override
  public void shadowed(Version version, ShadowResult result) {}

  @Override
  public void ran(Version version, Ran run) {
    inference
        .computeIfAbsent(version, key -> registry.timer("sluice.inference.duration"))
        .record(run.runNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Page scrape(String accept) {
    return new Page(
        "text/plain; version=0.0.4; charset=utf-8",
        registry.scrape().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
