package dev.sluice.config;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/// Which of the framework's meters are shown, and under which names: those that keep Prometheus'
/// rules for names.
@Factory
final class FrameworkMeters {
  @Singleton
  MeterFilter byTheRules() {
    return new MeterFilter() {
      // The framework's executors do nothing here; time in nanoseconds says what the usage says.
      @Override
      public MeterFilterReply accept(Meter.Id id) {
        boolean unwanted =
            id.getName().startsWith("executor") || id.getName().equals("process.cpu.time");
        return unwanted ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
      }

      // A name that ends in `_count` is a histogram's.
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
      }
    };
  }
}
