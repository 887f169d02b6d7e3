package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The page as the service shows it: our meters, and those of the framework and the JVM.
class WholePageTest {
  private static final List<String> NAMES =
      List.of(
          "sluice_build_info",
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_threads_live_threads",
          "process_cpu_usage",
          "system_cpus");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void showsBothAndPromtoolFindsNothingToComplainOf() throws IOException, InterruptedException {
    try (ApplicationContext context =
        ApplicationContext.builder().deduceEnvironment(false).banner(false).start()) {
      var registry = context.getBean(PrometheusMeterRegistry.class).getPrometheusRegistry();
      var meters = new Meters(registry, Build.ofThisJar(), System::nanoTime);

      Scraped page = whole(meters);

      assertThat(page.types()).containsKeys(NAMES.toArray(String[]::new));
      assertThat(Promtool.installed().complaints(meters.scrape("").body(), "check", "metrics"))
          .isEmpty();
    }
  }

  /// The framework adds its own meters on a thread of its own, while it starts.
  private static Scraped whole(Meters meters) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Scraped page = Scraped.of(meters);
    while (!page.types().keySet().containsAll(NAMES) && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
      page = Scraped.of(meters);
    }
    return page;
  }
}
