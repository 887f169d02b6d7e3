package dev.sluice.telemetry;

import dev.sluice.api.ApiListener.Answered;
import dev.sluice.api.Endpoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// What is counted of every answer. Thread-safe.
///
/// Endpoint × method × class of status is a small closed box; its adders are all there from the
/// start, so that counting looks nothing up by text. What a well-behaved caller can make happen is
/// shown from 0 on, the rest once it has happened.
final class HttpMeters {
  private final Map<Endpoint, Place> places = new EnumMap<>(Endpoint.class);

  /// The adders of one endpoint.
  private record Place(DistributionDataPoint seconds, Map<Method, Codes> methods) {}

  /// The adders of one method, by the first digit of the status.
  private record Codes(List<LongAdder> classes) {
    static Codes none() {
      return new Codes(Stream.generate(LongAdder::new).limit(5).toList());
    }

    void count(int status) {
      classes.get(Math.clamp(status / 100 - 1, 0, 4)).increment();
    }
  }

  private HttpMeters(Histogram seconds) {
    for (Endpoint endpoint : Endpoint.values()) {
      var methods = new EnumMap<Method, Codes>(Method.class);
      for (Method method : Method.values()) {
        methods.put(method, Codes.none());
      }
      places.put(endpoint, new Place(seconds.labelValues(label(endpoint)), methods));
    }
  }

  static HttpMeters in(PrometheusRegistry registry) {
    var meters =
        new HttpMeters(
            Histogram.builder()
                .name("sluice_http_request_duration_seconds")
                .help("Time from the head of a request to its answer.")
                .labelNames("endpoint")
                .classicOnly()
                .classicUpperBounds(Bounds.REQUEST_SECONDS)
                .withoutExemplars()
                .register(registry));
    CounterWithCallback.builder()
        .name("sluice_http_requests")
        .help("Answered requests.")
        .labelNames("method", "endpoint", "code_class")
        .callback(each -> meters.counted((labels, count) -> each.call(count, labels)))
        .register(registry);
    return meters;
  }

  void count(Answered request) {
    Place place = places.get(request.endpoint());
    if (place == null) {
      throw new IllegalStateException("no place for " + request.endpoint());
    }
    place.seconds().observe(request.nanos() / 1e9);
    Codes codes = place.methods().get(Method.of(request.method()));
    if (codes != null) {
      codes.count(request.status());
    }
  }

  private void counted(BiConsumer<String[], Long> each) {
    places.forEach(
        (endpoint, place) ->
            place
                .methods()
                .forEach(
                    (method, codes) -> {
                      for (int first = 1; first <= 5; first++) {
                        long count = codes.classes().get(first - 1).sum();
                        if (count > 0 || expected(endpoint, method, first)) {
                          String[] labels = {method.label(), label(endpoint), first + "xx"};
                          each.accept(labels, count);
                        }
                      }
                    }));
  }

  private static boolean expected(Endpoint endpoint, Method method, int first) {
    return endpoint.methods().contains(method.label()) && (first == 2 || first >= 4);
  }

  static String label(Endpoint endpoint) {
    return endpoint.name().toLowerCase(Locale.ROOT);
  }
}
