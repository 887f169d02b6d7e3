package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The page as the service shows it: our meters, and those of the framework and the JVM.
class WholePageTest {
  @Test
  void showsBothAndPromtoolFindsNothingToComplainOf() throws IOException, InterruptedException {
    try (ApplicationContext context =
        ApplicationContext.builder().deduceEnvironment(false).banner(false).start()) {
      var registry = context.getBean(PrometheusMeterRegistry.class).getPrometheusRegistry();
      var meters = new Meters(registry, Build.ofThisJar(), System::nanoTime);

      Scraped page = Scraped.of(meters);

      assertThat(page.types())
          .containsKeys(
              "sluice_build_info",
              "jvm_memory_used_bytes",
              "jvm_memory_max_bytes",
              "jvm_threads_live_threads",
              "process_cpu_usage",
              "system_cpus");
      assertThat(Promtool.installed().complaints(meters.scrape("").body(), "check", "metrics"))
          .isEmpty();
    }
  }
}
