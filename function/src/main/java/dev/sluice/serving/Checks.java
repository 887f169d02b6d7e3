package dev.sluice.serving;

import dev.sluice.experiment.ErrorRate;
import dev.sluice.serving.Check.Status;
import dev.sluice.serving.Check.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What measurements say about a version. Decides only: whoever measures does it elsewhere, and
/// what is not measured is pending, which is neither good nor bad.
public final class Checks {
  /// How often what a check goes by is measured.
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  /// How often the fixed request is made.
  public static final Duration CUSTOM_INTERVAL = Duration.ofMinutes(1);

  private static final int FEWEST = 10;
  private static final double ERRORS_WARN = 0.01;
  private static final double ERRORS_FAIL = 0.5;
  private static final double MEMORY_WARN = 0.9;

  private Checks() {}

  /// Memory of one kind.
  ///
  /// @param kind in a word, such as `heap`
  /// @param bound how much there can be, at least 1
  public record Memory(String kind, long used, long bound) {
    public Memory {
      if (used < 0 || bound < 1) {
        throw new IllegalArgumentException(kind + " cannot be " + used + " of " + bound);
      }
    }

    double part() {
      return (double) used / bound;
    }
  }

  /// A version that was loaded and warmed up.
  public static Check loaded(Duration took) {
    return new Check(Subject.LOAD, Status.PASS, "loaded and warm", took, Duration.ZERO);
  }

  static Check loading() {
    return check(Subject.LOAD, Status.PENDING, "is being loaded", Duration.ZERO).once();
  }

  static Check notLoaded(String why) {
    return check(Subject.LOAD, Status.FAIL, why, Duration.ZERO).once();
  }

  /// The latency of the last minute against the time that a caller has.
  public static Check latency(RecentLatency.Tail tail, Duration deadline, Duration took) {
    if (tail.count() < FEWEST) {
      return check(Subject.LATENCY, Status.PENDING, few(tail.count()), took);
    }
    double limit = deadline.toNanos() / 1e6;
    Status status =
        tail.millis() > limit ? Status.FAIL : tail.millis() > limit / 2 ? Status.WARN : Status.PASS;
    String message =
        String.format(
            Locale.ROOT,
            "19 of 20 requests of the last minute took at most %s, the deadline is %.0f ms",
            Double.isInfinite(tail.millis())
                ? "longer than can be said"
                : String.format(Locale.ROOT, "%.1f ms", tail.millis()),
            limit);
    Check found = check(Subject.LATENCY, status, message, took);
    return Double.isInfinite(tail.millis()) ? found : found.measured(tail.millis());
  }

  /// The failures of the last minute.
  public static Check errors(ErrorRate.Counts minute, Duration took) {
    if (minute.all() < FEWEST) {
      return check(Subject.ERROR_RATE, Status.PENDING, few(minute.all()), took);
    }
    Status status =
        minute.rate() >= ERRORS_FAIL
            ? Status.FAIL
            : minute.rate() >= ERRORS_WARN ? Status.WARN : Status.PASS;
    return check(
        Subject.ERROR_RATE,
        status,
        minute.failures() + " of " + minute.all() + " requests of the last minute failed",
        took);
  }

  private static String few(long count) {
    return count + " requests in the last minute: fewer than " + FEWEST + " say nothing";
  }

  /// The memory of the process, which all its versions share.
  public static Check memory(List<Memory> kinds, Duration took) {
    Optional<Memory> fullest =
        kinds.stream().max((one, other) -> Double.compare(one.part(), other.part()));
    if (fullest.isEmpty()) {
      return check(Subject.MEMORY, Status.PENDING, "not measured yet", took);
    }
    Memory memory = fullest.get();
    return check(
        Subject.MEMORY,
        memory.part() > MEMORY_WARN ? Status.WARN : Status.PASS,
        String.format(
            Locale.ROOT,
            "%s: %d of %d MiB",
            memory.kind(),
            memory.used() >> 20,
            memory.bound() >> 20),
        took);
  }

  /// The fixed request, by what came of it the last time; empty before the first.
  public static Check custom(Optional<KnownAnswer.Result> last, Duration took) {
    if (last.isEmpty()) {
      return custom(Status.PENDING, "not asked yet", took);
    }
    return switch (last.get()) {
      case KnownAnswer.Result.Right right -> custom(Status.PASS, "answered as expected", took);
      case KnownAnswer.Result.Wrong(String expected, String answered) ->
          custom(Status.FAIL, "answered " + answered + ", expected " + expected, took);
      case KnownAnswer.Result.Broken(String why) -> custom(Status.FAIL, why, took);
      case KnownAnswer.Result.NoRoom none ->
          custom(Status.PENDING, "there was no room for the request", took);
    };
  }

  private static Check custom(Status status, String message, Duration took) {
    return new Check(Subject.CUSTOM, status, message, took, CUSTOM_INTERVAL);
  }

  private static Check check(Subject subject, Status status, String message, Duration took) {
    return new Check(subject, status, message, took, INTERVAL);
  }
}
