package dev.sluice.api;

/// The meters as text for Prometheus. Thread-safe.
public interface MetricsPage {
  /// The page in the format that an `Accept` field prefers.
  Page scrape(String accept);

  record Page(String contentType, byte[] body) {}
}
