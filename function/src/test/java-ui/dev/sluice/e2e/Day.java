package dev.sluice.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;

/// What the service says of a rollout that has run for a day: as many points as it ever sends.
final class Day {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int POINTS = 600;
  private static final int SECONDS = 144;

  private Day() {}

  static String series(String rollout) {
    var chance = new SplittableRandom(1);
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    ObjectNode series = JSON.createObjectNode();
    series.put("id", rollout).put("revision", 1).put("sequence", POINTS).put("window_seconds", 10);
    ArrayNode points = series.putArray("points");
    for (int i = 1; i <= POINTS; i++) {
      int share = i < POINTS / 2 ? 10 : 50;
      ObjectNode point =
          points
              .addObject()
              .put("sequence", i)
              .put("at", end.minusSeconds((long) (POINTS - i) * SECONDS).toString())
              .put("seconds", SECONDS)
              .put("share", share);
      arm(point.putObject("stable"), (100 - share) * 60, chance);
      arm(point.putObject("canary"), share * 60, chance);
      ArrayNode guards = point.putArray("guards");
      for (String name : List.of("error_rate", "latency_p95", "wrong")) {
        guards
            .addObject()
            .put("name", name)
            .put("verdict", "undecided")
            .put("next_verdict", "undecided")
            .put("value", 1 + chance.nextDouble() / 5)
            .put("value_is", "ratio")
            .put("lower", 0.6)
            .put("upper", 1.2 + 100.0 / (i + 50))
            .put("limit", 1.5)
            .put("harm", -chance.nextDouble())
            .put("harm_threshold", 1.3)
            .put("safe", i / 300.0)
            .put("safe_threshold", 1.3);
      }
      point
          .putObject("split")
          .put("expected", share)
          .put("observed", share + chance.nextDouble())
          .put("requests", 6000)
          .put("evidence_log10", -chance.nextDouble())
          .put("threshold_log10", 3);
    }
    series.putArray("events");
    return series.toString();
  }

  private static void arm(ObjectNode arm, int requests, SplittableRandom chance) {
    double ms = 1 + chance.nextDouble();
    arm.put("requests", requests)
        .put("errors", chance.nextInt(9))
        .put("p50_ms", ms)
        .put("p95_ms", 3 * ms)
        .put("p99_ms", 7 * ms);
  }
}
