package dev.sluice.api;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What ties an answer, its log lines and its span together.
///
/// @param id what the caller reads in `Trace-Id`: the `X-Request-ID` that came if it is sane, else
///     the trace
///     id of `traceparent`, else a new one of 32 hex digits
/// @param parent the caller's place in a distributed trace, if it sent a valid one
public record Trace(String id, Optional<Parent> parent) {
  /// In which every response says by what it can be found again.
  static final String FIELD = "Trace-Id";

  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /// W3C Trace Context, level 1, section 3.2.2; a later version is read by its first four fields.
  private static final Pattern TRACEPARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /// A valid `traceparent`.
  public record Parent(String traceId, String spanId, Sampling sampling) {}

  /// Whether the caller records its trace.
  public enum Sampling {
    SAMPLED,
    NOT_SAMPLED
  }

  /// What a response carries.
  Field field() {
    return new Field(FIELD, id);
  }

  /// Reads the fields of a request.
  static Trace of(Headers headers, RandomGenerator chance) {
    Optional<Parent> parent = parent(headers);
    Optional<String> requestId =
        headers.first("x-request-id").filter(id -> REQUEST_ID.matcher(id).matches());
    return new Trace(
        requestId.or(() -> parent.map(Parent::traceId)).orElseGet(() -> fresh(chance)), parent);
  }

  /// A trace of something that was not a readable request.
  static Trace fresh(RandomGenerator chance, Optional<Parent> parent) {
    return new Trace(fresh(chance), parent);
  }

  private static String fresh(RandomGenerator chance) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(chance.nextLong()) + hex.toHexDigits(chance.nextLong() | 1);
  }

  private static Optional<Parent> parent(Headers headers) {
    var values = headers.all("traceparent");
    if (values.size() != 1) {
      return Optional.empty();
    }
    Matcher fields = TRACEPARENT.matcher(values.getFirst());
    if (!fields.matches()) {
      return Optional.empty();
    }
    String version = fields.group(1);
    boolean surplus = fields.group(5) != null;
    boolean zeros = allZero(fields.group(2)) || allZero(fields.group(3));
    if (version.equals("ff") || zeros || (version.equals("00") && surplus)) {
      return Optional.empty();
    }
    boolean sampled = (Integer.parseInt(fields.group(4), 16) & 1) == 1;
    return Optional.of(
        new Parent(
            fields.group(2), fields.group(3), sampled ? Sampling.SAMPLED : Sampling.NOT_SAMPLED));
  }

  private static boolean allZero(String hex) {
    return hex.chars().allMatch(digit -> digit == '0');
  }
}
