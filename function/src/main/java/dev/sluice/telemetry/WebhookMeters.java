package dev.sluice.telemetry;

import dev.sluice.announce.Deliveries;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Counts what becomes of announcements. Thread-safe.
public final class WebhookMeters implements Deliveries {
  private static final String CHANNEL = "webhook";

  private final CounterDataPoint delivered;
  private final CounterDataPoint retried;
  private final CounterDataPoint failed;

  private WebhookMeters(Counter notifications) {
    this.delivered = notifications.labelValues(CHANNEL, "delivered");
    this.retried = notifications.labelValues(CHANNEL, "retried");
    this.failed = notifications.labelValues(CHANNEL, "failed");
  }

  /// Registers it; to be done where a webhook is configured.
  public static WebhookMeters in(PrometheusRegistry registry) {
    return new WebhookMeters(
        Counter.builder()
            .name("sluice_notifications")
            .help("Attempts to announce something, by what became of them.")
            .labelNames("channel", "outcome")
            .withoutExemplars()
            .register(registry));
  }

  @Override
  public void delivered() {
    delivered.inc();
  }

  @Override
  public void retried() {
    retried.inc();
  }

  @Override
  public void failed() {
    failed.inc();
  }
}
