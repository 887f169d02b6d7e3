package dev.sluice.aws;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;

/// A metric of CloudWatch with the values of all of its dimensions: what has a sum for each minute.
record Series(String namespace, String metric, Map<String, String> dimensions) {
  Series {
    dimensions = Map.copyOf(dimensions);
  }

  /// As the SDK names it.
  Metric named() {
    return Metric.builder()
        .namespace(namespace)
        .metricName(metric)
        .dimensions(
            new TreeMap<>(dimensions)
                .entrySet().stream()
                    .map(each -> Dimension.builder().name(each.getKey()).value(each.getValue()))
                    .map(Dimension.Builder::build)
                    .toList())
        .build();
  }
}
