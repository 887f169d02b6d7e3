package dev.sluice.aws;

import dev.sluice.control.Observations.Unreadable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MessageData;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/// Sums by the minute, as CloudWatch has them now. All of what was asked for, or nothing: a sum
/// that was left out would look like a zero.
///
/// Amazon charges for each series that is asked for, $0.01 for 1,000, whatever the number of
/// minutes and of calls. Thread-safe; blocks for seconds at most.
final class MetricSums implements AutoCloseable {
  static final int MOST_AT_ONCE = 500;

  private static final int SECONDS = 60;
  // An answer that goes on for ever is none.
  private static final int MOST_PAGES = 50;
  private static final String RIGHT = "cloudwatch:GetMetricData";

  private final CloudWatchClient client;

  MetricSums(CloudWatchClient client) {
    this.client = client;
  }

  /// What was read.
  ///
  /// @param sums by the beginning of the minute
  record Read(Map<Series, Map<Instant, Double>> sums) {
    static final Read NOTHING = new Read(Map.of());

    /// The sum of a minute: 0 where nothing was counted.
    double at(Series series, Instant minute) {
      return sums.getOrDefault(series, Map.of()).getOrDefault(minute, 0.0);
    }

    /// Whether there was anything in any minute.
    boolean counted(Series series) {
      return sums.getOrDefault(series, Map.of()).values().stream().anyMatch(sum -> sum > 0);
    }

    Read and(Read other) {
      var both = new HashMap<>(sums);
      both.putAll(other.sums);
      return new Read(both);
    }
  }

  /// Reads the minutes that begin in a span.
  ///
  /// @param until exclusive
  /// @throws Unreadable when any of it is missing, in one line that says why
  Read read(List<Series> wanted, Instant from, Instant until) throws Unreadable {
    var all = new HashMap<Series, Map<Instant, Double>>();
    for (int first = 0; first < wanted.size(); first += MOST_AT_ONCE) {
      int end = Math.min(first + MOST_AT_ONCE, wanted.size());
      all.putAll(new Asking(wanted.subList(first, end), from, until).all());
    }
    return new Read(all);
  }

  @Override
  public void close() {
    client.close();
  }

  /// One question, which may take several pages to answer.
  private final class Asking {
    private final Map<String, Series> asked = new TreeMap<>();
    private final List<MetricDataQuery> queries = new ArrayList<>();
    private final Map<String, StatusCode> statuses = new HashMap<>();
    private final Map<Series, Map<Instant, Double>> sums = new HashMap<>();
    private final Instant from;
    private final Instant until;

    Asking(List<Series> wanted, Instant from, Instant until) {
      this.from = from;
      this.until = until;
      for (Series series : wanted) {
        String id = "m" + asked.size();
        asked.put(id, series);
        queries.add(
            MetricDataQuery.builder()
                .id(id)
                .metricStat(stat -> stat.metric(series.named()).period(SECONDS).stat("Sum"))
                .build());
      }
    }

    Map<Series, Map<Instant, Double>> all() throws Unreadable {
      Optional<String> token = Optional.empty();
      for (int page = 0; page < MOST_PAGES; page++) {
        GetMetricDataResponse answer = page(token);
        refuse(answer.messages());
        for (MetricDataResult result : answer.metricDataResults()) {
          take(result);
        }
        token = Optional.ofNullable(answer.nextToken()).filter(text -> !text.isEmpty());
        if (token.isEmpty()) {
          requireComplete();
          return sums;
        }
      }
      throw new Unreadable(RIGHT + ": the answer has no end");
    }

    // The SDK takes null for "the first page".
    @SuppressWarnings("NullAway")
    private GetMetricDataResponse page(Optional<String> token) throws Unreadable {
      try {
        return client.getMetricData(
            get ->
                get.metricDataQueries(queries)
                    .startTime(from)
                    .endTime(until)
                    .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                    .nextToken(token.orElse(null)));
      } catch (SdkException failed) {
        throw new Unreadable(RIGHT + ": " + Said.by(failed), failed);
      }
    }

    private void take(MetricDataResult result) throws Unreadable {
      Series series = asked.get(result.id());
      if (series == null || result.timestamps().size() != result.values().size()) {
        throw new Unreadable(RIGHT + ": an answer to another question");
      }
      refuse(result.messages());
      statuses.put(result.id(), result.statusCode());
      Map<Instant, Double> minutes = sums.computeIfAbsent(series, first -> new HashMap<>());
      for (int i = 0; i < result.values().size(); i++) {
        double value = result.values().get(i);
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
          throw new Unreadable("%s: %s cannot be a sum: %s".formatted(RIGHT, series, value));
        }
        minutes.put(result.timestamps().get(i), value);
      }
    }

    private static void refuse(List<MessageData> messages) throws Unreadable {
      if (!messages.isEmpty()) {
        MessageData first = messages.getFirst();
        throw new Unreadable("%s: %s: %s".formatted(RIGHT, first.code(), first.value()));
      }
    }

    /// Of a series that has several pages the last word counts: a failure may be made good.
    private void requireComplete() throws Unreadable {
      Set<String> incomplete =
          asked.keySet().stream()
              .filter(id -> statuses.get(id) != StatusCode.COMPLETE)
              .collect(Collectors.toUnmodifiableSet());
      if (!incomplete.isEmpty()) {
        String status =
            incomplete.stream()
                .map(id -> String.valueOf(statuses.get(id)))
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
        throw new Unreadable(
            "%s: %d of %d series are not complete: %s"
                .formatted(RIGHT, incomplete.size(), asked.size(), status));
      }
    }
  }
}
