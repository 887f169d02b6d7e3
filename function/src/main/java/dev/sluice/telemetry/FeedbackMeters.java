package dev.sluice.telemetry;

import dev.sluice.api.ApiListener.Feedback;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;

/// The reports of one version's answers, or those that belong to no version. Thread-safe.
record FeedbackMeters(
    CounterDataPoint accepted, CounterDataPoint duplicate, CounterDataPoint rejected) {

  /// @param model empty, like `version`, for what belongs to none
  static FeedbackMeters in(Counter reports, String model, String version) {
    return new FeedbackMeters(
        reports.labelValues(model, version, "accepted"),
        reports.labelValues(model, version, "duplicate"),
        reports.labelValues(model, version, "rejected"));
  }

  void count(Feedback outcome) {
    switch (outcome) {
      case ACCEPTED -> accepted.inc();
      case DUPLICATE -> duplicate.inc();
      case REJECTED -> rejected.inc();
    }
  }
}
