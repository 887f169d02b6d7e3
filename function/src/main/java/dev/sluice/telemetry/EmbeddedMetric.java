package dev.sluice.telemetry;

import java.util.List;

/// What CloudWatch is told: the closed list of its metrics in our namespace, but for the buckets of
/// latency, see [Embedded#latency].
enum EmbeddedMetric {
  REQUESTS("Requests", Unit.COUNT, Scope.VERSION_TOO),
  ERRORS("Errors", Unit.COUNT, Scope.VERSION_TOO),
  LATENCY("LatencyMs", Unit.MILLISECONDS, Scope.VERSION_TOO),
  SHADOW_ERRORS("ShadowErrors", Unit.COUNT, Scope.VERSION_TOO),
  COLD_STARTS("ColdStarts", Unit.COUNT, Scope.VERSION_TOO),
  RATE_LIMITED("RateLimited", Unit.COUNT, Scope.MODEL),
  PAYLOAD_REJECTED("PayloadRejected", Unit.COUNT, Scope.MODEL),
  UNKNOWN_EVENTS("UnknownEvents", Unit.COUNT, Scope.MODEL),
  WEIGHT("WeightPercent", Unit.PERCENT, Scope.MODEL),
  EVIDENCE_OF_HARM("EvidenceHarmLog10", Unit.NONE, Scope.MODEL),
  ROLLBACKS("Rollbacks", Unit.COUNT, Scope.MODEL);

  private final String word;
  private final Unit unit;
  private final Scope scope;

  EmbeddedMetric(String word, Unit unit, Scope scope) {
    this.word = word;
    this.unit = unit;
    this.scope = scope;
  }

  /// A unit of CloudWatch's.
  enum Unit {
    COUNT("Count"),
    MILLISECONDS("Milliseconds"),
    PERCENT("Percent"),
    NONE("None");

    private final String word;

    Unit(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// Which series a value goes to. Each of them is paid for.
  enum Scope {
    MODEL,
    VERSION,
    /// To one of each.
    VERSION_TOO;

    List<List<String>> dimensions() {
      return switch (this) {
        case MODEL -> List.of(List.of("model"));
        case VERSION -> List.of(List.of("model", "version"));
        case VERSION_TOO -> List.of(List.of("model"), List.of("model", "version"));
      };
    }
  }

  String word() {
    return word;
  }

  /// A count of it.
  Embedded of(long count) {
    return of((double) count);
  }

  /// A value of it.
  Embedded of(double value) {
    return of(List.of(value));
  }

  /// Several of one moment.
  Embedded of(List<Double> values) {
    return new Embedded(word, unit, scope, values);
  }
}
