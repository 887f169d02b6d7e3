package dev.sluice.telemetry;

import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// The log's lines about requests that failed through our fault. At most three a second for each
/// version, and three for everything else; a line says how many were left out before it.
/// Thread-safe.
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
  private static final int LINES_A_SECOND = 3;

  private final LongSupplier clock;
  private final Trickle bugs;
  private final Map<Version, Trickle> failures = new ConcurrentHashMap<>();

  /// @param clock `System.nanoTime()`, or a test's
  FailureLog(LongSupplier clock) {
    this.clock = clock;
    this.bugs = new Trickle(LINES_A_SECOND, clock.getAsLong());
  }

  /// A version gave no answer.
  void failed(Version version, ModelError error, String traceId) {
    long now = clock.getAsLong();
    failures
        .computeIfAbsent(version, first -> new Trickle(LINES_A_SECOND, now))
        .pass(now)
        .ifPresent(
            leftOut ->
                line(Level.WARN, traceId, leftOut, error)
                    .addKeyValue("model", version.model())
                    .addKeyValue("version", version.name())
                    .addKeyValue("kind", error.kind().name().toLowerCase(Locale.ROOT))
                    .log("model gave no answer"));
  }

  /// Something broke that no model can be blamed for.
  void broke(Throwable cause, String traceId) {
    bugs.pass(clock.getAsLong())
        .ifPresent(leftOut -> line(Level.ERROR, traceId, leftOut, cause).log("request broke"));
  }

  private static LoggingEventBuilder line(
      Level level, String traceId, long leftOut, Throwable cause) {
    LoggingEventBuilder line = LOG.atLevel(level).setCause(cause).addKeyValue("trace_id", traceId);
    return leftOut == 0 ? line : line.addKeyValue("left_out", leftOut);
  }
}
